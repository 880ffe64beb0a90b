"""What speaks against a wrong diagnosis, as far as samples and losses show it.

Nothing here betrays the right name: each fact is about the illness named, not about the other.
"""

FINITE = "Both loss curves are finite from end to end."
NO_PIXELS = "These are points, and points have no pixels."
FRESH_POINTS = "There is nothing to learn by heart: the data give fresh points without end."

# What the patient has, to what was named, to what speaks against it.
AGAINST = {
    "memorising discriminator": {
        "mode collapse": "The nine samples of one moment differ from one another.",
        "vanishing gradient": "D's loss ends near 1, not near 0, and the samples still change.",
        "oscillation": "Each loss turns once, then they part; nothing swings back and forth.",
        "checkerboard": "It would not tell why D's loss falls from update 160 on.",
        "unstable formula": FINITE,
        "learning-rate imbalance": "Unequal rates are unequal from the start; here it is G that "
        "gains at first, and D only from update 160 on.",
        "a player that does not learn": "Both losses move, and so do the samples.",
    },
    "vanishing gradient": {
        "mode collapse": "Its heap of fakes would move on when D objects; this one stands still.",
        "oscillation": "Neither loss shows a wave, and the samples stand still.",
        "memorising discriminator": FRESH_POINTS,
        "checkerboard": NO_PIXELS,
        "unstable formula": FINITE,
        "learning-rate imbalance": "G would run off; here it does not get away from its place.",
        "a player that does not learn": "That is near, but no bug keeps G's weights where they "
        "are: they do move, by ever so little. Why so little?",
    },
    "learning-rate imbalance": {
        "mode collapse": "Its heap of fakes would sit at the data; this one is far outside.",
        "vanishing gradient": "D's loss is far above 0, and the fakes are pulled about.",
        "oscillation": "Its waves are steady, about the data; these are of all sizes, and the "
        "fakes are many rings away.",
        "memorising discriminator": FRESH_POINTS,
        "checkerboard": NO_PIXELS,
        "unstable formula": FINITE,
        "a player that does not learn": "The fakes move, and D's loss comes down again after each "
        "climb: both learn.",
    },
    "mode collapse": {
        "vanishing gradient": "D's loss is at 2 log 2, not near 0, and the fakes move.",
        "oscillation": "Neither loss shows a wave.",
        "memorising discriminator": FRESH_POINTS,
        "checkerboard": NO_PIXELS,
        "unstable formula": FINITE,
        "learning-rate imbalance": "The fakes stay near the data, and D's loss settles at 2 log 2.",
        "a player that does not learn": "The fakes move from picture to picture, so G learns; and "
        "it has to move because D learns, too.",
    },
    "checkerboard": {
        "mode collapse": "The four samples of the last picture differ from one another.",
        "vanishing gradient": "D's loss rises from update 48 on, and the samples become better.",
        "oscillation": "Each loss turns once and no more.",
        "memorising discriminator": "D gets worse from update 48 on; who learns by heart gets "
        "better.",
        "unstable formula": FINITE,
        "learning-rate imbalance": "The losses draw closer to each other: G catches up.",
        "a player that does not learn": "Both losses move, and the samples become better.",
    },
    "oscillation": {
        "mode collapse": "The data are one cloud: there is no second kind that could be missing.",
        "vanishing gradient": "D's loss is near 2 log 2, not near 0, and the fakes move.",
        "memorising discriminator": FRESH_POINTS,
        "checkerboard": NO_PIXELS,
        "unstable formula": FINITE,
        "learning-rate imbalance": "The fakes stay near the data, and D's loss near 2 log 2.",
        "a player that does not learn": "Both losses move, and so do the fakes.",
    },
    "unstable formula": {
        "mode collapse": "The fakes are spread out, most of them where there are no data at all.",
        "vanishing gradient": "In its first turns G's loss came down from above 6 to 0: it was "
        "pulled hard.",
        "oscillation": "After update 240 nothing swings, neither the losses nor the samples.",
        "memorising discriminator": FRESH_POINTS,
        "checkerboard": NO_PIXELS,
        "learning-rate imbalance": "Rates that do not fit bend a curve; they do not end it.",
        "a player that does not learn": "D did learn for 200 updates: its loss was at 0. Look at "
        "what its curve does then.",
    },
}
