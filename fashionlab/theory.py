"""The mathematics of the game, as code: distances between distributions and a GAN of two numbers.

A distribution comes as an array of non-negative numbers, in one of two forms:

- its density on an equally spaced grid, with `dx` the spacing, in the plane the area of a cell;
- the probabilities of its outcomes, with `dx=1`, which is the default.

Either has to add up to 1, within one per cent; what a grid cuts off is made up for by rescaling.
Logarithms are natural, so values, KL and JS are in nats: 1 nat = 1.443 bits, log 2 = 0.693 nats.
"""

import numpy as np

from fashionlab.errors import ConfigurationError, DataError


def optimal_discriminator(p, q) -> np.ndarray:
    """The best answer to "is this point real?" at each place, p / (p + q).

    Args:
        p: Density or probabilities of the real data.
        q: The same of the generated data, in the same shape.

    Returns:
        float64 in [0, 1], in that shape; 1/2 where neither ever has a point.

    Raises:
        DataError: Shapes differ, or a number is negative, NaN or infinite.

    Reference:
        Goodfellow et al., "Generative Adversarial Nets", 2014, proposition 1.

    Example:
        >>> optimal_discriminator([0.6, 0.4, 0.0], [0.2, 0.4, 0.0])
        array([0.75, 0.5 , 0.5 ])
    """
    p, q = _numbers("p", p), _numbers("q", q)
    _same_shape("q", q, p)
    total = p + q
    return np.divide(p, total, out=np.full(p.shape, 0.5), where=total > 0)


def value(d, p, q, dx: float = 1.0) -> float:
    """What the discriminator maximises and the generator minimises, E_p[log D] + E_q[log(1 - D)].

    Args:
        d: The discriminator's probability of "real", in [0, 1], at each place.
        p: Density or probabilities of the real data, in the same shape.
        q: The same of the generated data.
        dx: Size of a grid cell; 1 for probabilities.

    Returns:
        Nats, 0 at most; minus infinity if D is sure and wrong. Places without points do not count.

    Raises:
        DataError: Shapes differ, D leaves [0, 1], or p or q is no distribution.

    Reference:
        Goodfellow et al., "Generative Adversarial Nets", 2014, equation 1.

    Example:
        >>> round(value([0.5, 0.5], [0.9, 0.1], [0.1, 0.9]), 4)
        -1.3863
    """
    d = _numbers("d", d)
    p, q = _pair(p, q, dx)
    _same_shape("d", d, p)
    if d.max() > 1:
        raise DataError(f"d reaches {d.max():.3g}; wanted probabilities. Of logits, take sigmoid.")
    # Where q / p < 1e-16, the best D rounds to 1. Points as rare as that are none.
    rare = 1e-15 * max(p.max(), q.max())
    p, q = (np.where(array > rare, array, 0) for array in (p, q))
    return float(_mean_log(p, d) + _mean_log(q, 1 - d)) * dx


def kl(p, q, dx: float = 1.0) -> float:
    """Kullback-Leibler divergence, E_p[log p - log q]: how much q is surprised by points of p.

    Args:
        p: Density or probabilities.
        q: The same, in the same shape.
        dx: Size of a grid cell; 1 for probabilities.

    Returns:
        Nats, 0 or more; infinite where q rules out what p does.

    Raises:
        DataError: Shapes differ, or p or q is no distribution.

    Reference:
        Kullback & Leibler, "On Information and Sufficiency", 1951, section 2.

    Example:
        >>> round(kl([0.5, 0.5], [0.25, 0.75]), 4)
        0.1438
    """
    p, q = _pair(p, q, dx)
    return float(_mean_log(p, p) - _mean_log(p, q)) * dx


def js(p, q, dx: float = 1.0) -> float:
    """Jensen-Shannon divergence: the mean KL of p and q from the mixture half way between them.

    Args:
        p: Density or probabilities, in any number of dimensions.
        q: The same, in the same shape.
        dx: Size of a grid cell, its area in the plane; 1 for probabilities.

    Returns:
        Nats, from 0 (p = q) to log 2 (no place in common). Its square root is a metric.

    Raises:
        DataError: Shapes differ, or p or q is no distribution.

    Reference:
        Lin, "Divergence Measures Based on the Shannon Entropy", 1991, equation 4.1.

    Example:
        >>> round(js([1, 0], [0, 1]), 4)
        0.6931
    """
    p, q = _pair(p, q, dx)
    middle = (p + q) / 2
    from_p = _mean_log(p, p) - _mean_log(p, middle)
    from_q = _mean_log(q, q) - _mean_log(q, middle)
    return max(0.0, float(from_p + from_q) * dx / 2)  # rounding may leave -1e-17


def total_variation(p, q, dx: float = 1.0) -> float:
    """Half the area between p and q: the share of points that would have to change places.

    Args:
        p: Density or probabilities.
        q: The same, in the same shape.
        dx: Size of a grid cell; 1 for probabilities.

    Returns:
        From 0 (p = q) to 1 (no place in common). The best guess at where a point came from is
        right with probability (1 + total variation) / 2.

    Raises:
        DataError: Shapes differ, or p or q is no distribution.

    Example:
        >>> round(total_variation([0.5, 0.5], [0.9, 0.1]), 4)
        0.4
    """
    p, q = _pair(p, q, dx)
    return float(np.abs(p - q).sum()) * dx / 2


def wasserstein_1(p, q, dx: float = 1.0) -> float:
    """Wasserstein-1 distance on a line: the area between the two cumulative distributions.

    Args:
        p: Density or probabilities `(number,)` on equally spaced points.
        q: The same.
        dx: Spacing of the grid; with 1, p and q are probabilities of the points 0, 1, 2, ...

    Returns:
        The mean way that a point has to go, in units of the axis.

    Raises:
        DataError: Shapes differ, there is more than one dimension, or p or q is no distribution.

    Reference:
        Vallender, "Calculation of the Wasserstein Distance Between Probability Distributions on
        the Line", 1974.

    Example:
        >>> wasserstein_1([1, 0, 0], [0, 0, 1])
        2.0
    """
    p, q = _pair(p, q, dx)
    if p.ndim != 1:
        raise DataError(
            f"p has shape {p.shape}; wanted a line, (number,). In the plane use "
            f"wasserstein_1_discrete with the distances as cost."
        )
    return float(np.abs(np.cumsum(p - q)).sum()) * dx * dx


def wasserstein_1_of_samples(x, y) -> float:
    """Wasserstein-1 distance of two equally large samples on a line, by sorting.

    On a line, no plan beats sending the smallest to the smallest, the second to the second, etc.

    Args:
        x: `(number,)` or `(number, 1)`, finite.
        y: As many numbers.

    Returns:
        The mean way that a point has to go, in units of the axis.

    Raises:
        DataError: The samples have another shape, differ in number, or are not finite.

    Example:
        >>> wasserstein_1_of_samples([0, 1, 5], [6, 1, 2])
        1.0
    """
    x, y = (np.asarray(sample, float) for sample in (x, y))
    x, y = (sample[:, 0] if sample.shape[1:] == (1,) else sample for sample in (x, y))
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise DataError(
            f"The samples have shapes {x.shape} and {y.shape}; wanted (number,), equally many."
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise DataError("Some points are NaN or infinite. Leave those out.")
    return float(np.abs(np.sort(x) - np.sort(y)).mean())


def wasserstein_1_discrete(p, q, cost) -> float:
    """Cheapest way to carry the probabilities p over to q, by linear programming.

    Args:
        p: Probabilities `(number,)`.
        q: Probabilities `(others,)`.
        cost: `(number, others)`, what it costs to carry probability 1 from each to each. Where it
            is a distance, the result is the Wasserstein-1 distance.

    Returns:
        The cost, in its own units.

    Raises:
        DataError: Shapes do not fit, a cost is below 0, or p or q is no distribution.

    Reference:
        Kantorovich, "On the Translocation of Masses", 1942.

    Example:
        >>> round(wasserstein_1_discrete([0.5, 0.5], [1.0], [[3.0], [1.0]]), 4)
        2.0
    """
    from scipy import optimize, sparse

    p, q = (_distribution(name, array, 1.0) for name, array in (("p", p), ("q", q)))
    cost = _numbers("cost", cost)
    if p.ndim != 1 or q.ndim != 1 or cost.shape != (p.size, q.size):
        raise DataError(f"cost has shape {cost.shape}; wanted (len(p), len(q)), {p.size, q.size}.")
    # The unknowns are the loads plan[i, j], row by row: row i adds up to p[i], column j to q[j].
    rows = sparse.kron(sparse.eye(p.size), np.ones((1, q.size)))
    columns = sparse.kron(np.ones((1, p.size)), sparse.eye(q.size))
    found = optimize.linprog(
        cost.ravel(), A_eq=sparse.vstack([rows, columns]), b_eq=np.concatenate([p, q])
    )
    return float(found.fun)


def generator_pushes(p, q, dx: float) -> tuple[np.ndarray, np.ndarray]:
    """How hard a generated point is pushed at each place, when D is the optimal discriminator.

    With the logit f = log p - log q of the optimal D, gradient descent moves a point at x along
    D f' for the saturating loss log(1 - D), and along (1 - D) f' for the non-saturating -log D.

    Args:
        p: Density of the real data on a grid `(number,)`, above 0 everywhere.
        q: The same of the generated data.
        dx: Spacing of the grid.

    Returns:
        Minus each loss's derivative by x, `(number,)`, in nats per unit: above 0 pushes right.

    Raises:
        DataError: Shapes differ, a density is 0 somewhere, or p or q is no distribution.

    Reference:
        Goodfellow et al., "Generative Adversarial Nets", 2014, section 3.
    """
    p, q = _pair(p, q, dx)
    if p.ndim != 1 or len(p) < 2 or not (p.min() > 0 and q.min() > 0):
        raise DataError(
            "p and q have to be above 0 on the whole line, or D has no slope there. Use a shorter "
            "grid or wider bells."
        )
    slope = np.gradient(np.log(p) - np.log(q), dx)
    d = optimal_discriminator(p, q)
    return d * slope, (1 - d) * slope


class DiracGAN:
    """The smallest GAN there is: each player owns one number.

    All real data sit at 0. The generator puts all of its own at theta; the discriminator's logit
    is psi * x. So a real point always has logit 0, a generated one psi * theta.

    Args:
        loss: Name or object, as in `losses.get`.

    Raises:
        ConfigurationError: The loss is unknown, or does not return one finite number.

    Reference:
        Mescheder, Geiger & Nowozin, "Which Training Methods for GANs do actually Converge?", 2018,
        section 2.
    """

    REACH = 3.0  # how far out theta and psi may go

    def __init__(self, loss):
        from fashionlab import losses  # loads Keras, which the rest can do without

        loss = losses.get(loss)
        # A loss only ever sees the logit of the generated point, so its slopes fit into a table.
        self._logits = np.linspace(-(self.REACH**2), self.REACH**2, 361)
        self._slopes = [
            np.array([_slope(play, logit) for logit in self._logits])
            for play in (loss.discriminator, loss.generator)
        ]

    def field(self, theta, psi, penalty: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Which way both players want to go, each downhill on a loss of its own.

        Args:
            theta: Where the generated point is, any shape.
            psi: The discriminator's slope, in the same shape.
            penalty: Weight of R1, which adds (penalty / 2) psi^2 to the discriminator's loss.

        Returns:
            -dL_G/dtheta and -dL_D/dpsi, in that shape.
        """
        by_d, by_g = (np.interp(theta * psi, self._logits, slopes) for slopes in self._slopes)
        return -by_g * psi, -by_d * theta - penalty * psi

    def path(
        self, start=(1.0, 1.0), learning_rate=0.1, penalty=0.0, steps=300, alternating=False
    ) -> np.ndarray:
        """Where gradient descent takes both players.

        Args:
            start: theta and psi at first.
            learning_rate: Step size of both.
            penalty: Weight of R1.
            steps: Steps to take; fewer, if theta or psi leaves [-3, 3] before.
            alternating: Whether the generator waits for the discriminator's new psi.

        Returns:
            theta and psi after each step, `(steps + 1, 2)`, the start first.
        """
        theta, psi = start
        path = [start]
        while len(path) <= steps and max(abs(theta), abs(psi)) <= self.REACH:
            theta_way, psi_way = self.field(theta, psi, penalty)
            psi = psi + learning_rate * psi_way
            if alternating:
                theta_way, _ = self.field(theta, psi, penalty)
            theta = theta + learning_rate * theta_way
            path.append((theta, psi))
        return np.array(path)


def _slope(play, fake_logit, step=0.01) -> float:
    """Derivative of a player's loss by the logit of the generated point; the real one has 0."""
    real, fakes = np.zeros((1, 1)), (np.full((1, 1), fake_logit + h) for h in (-step, step))
    found = np.array([np.asarray(play(real, fake), float) for fake in fakes])
    if found.size != 2 or not np.isfinite(found).all():
        raise ConfigurationError(f"The loss gives {found[0]}; wanted one finite number.")
    return float(np.diff(found.ravel())[0]) / (2 * step)


def _numbers(name, array) -> np.ndarray:
    array = np.asarray(array, float)
    if not (array.size and np.isfinite(array).all() and array.min() >= 0):
        raise DataError(
            f"{name} has to hold finite numbers, none below 0. Look for NaN, and for logarithms."
        )
    return array


def _distribution(name, array, dx) -> np.ndarray:
    array = _numbers(name, array)
    mass = array.sum() * dx
    if not abs(mass - 1) <= 0.01:
        raise DataError(
            f"{name} adds up to {mass:.4g} with dx={dx:.4g}; a distribution adds up to 1. Give a "
            f"density together with the size of its grid cells as dx, or probabilities with dx=1."
        )
    array = array / mass
    array[array < np.finfo(float).tiny] = 0  # halved in JS, they would give log 0
    return array


def _same_shape(name, array, p) -> None:
    if array.shape != p.shape:
        raise DataError(f"{name} has shape {array.shape}, p has {p.shape}: use one grid for all.")


def _pair(p, q, dx):
    p, q = _distribution("p", p, dx), _distribution("q", q, dx)
    _same_shape("q", q, p)
    return p, q


def _mean_log(weights, array):
    """Sum of weights * log(array), with 0 log 0 = 0."""
    counts = weights > 0
    if np.any(array[counts] == 0):
        return -np.inf
    return weights[counts] @ np.log(array[counts])
