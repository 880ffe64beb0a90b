"use strict";
// Latents: the rows of random numbers that a generator turns into images. Every garment has a
// number that leads to its latent again, in any browser. "42" is drawn at random from the seed 42;
// "42.7" is the seventh of its neighbours, and "42.7.3" the third neighbour of that one.

const NEARNESS = Math.PI / 7; // angle between the latents of neighbours, of pi / 2 between strangers

const isGarment = text => /^\d{1,9}(\.\d{1,9})*$/.test(text);

// Spreads whole numbers over 32 bits, so that near ones lead to unlike sequences.
function hash(numbers) {
  let bits = 0x9e3779b9;
  for (const number of numbers) {
    bits = Math.imul(bits ^ number, 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    bits ^= bits >>> 16;
  }
  return bits;
}

// Uniform random numbers above 0, up to 1: the generator "mulberry32".
function uniforms(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return (((bits ^ (bits >>> 14)) >>> 0) + 1) / 4294967296;
  };
}

// Standard normal numbers, after Box and Muller (1958).
function normals(number, seed) {
  const uniform = uniforms(seed);
  return Float32Array.from({ length: number }, () =>
    Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}

// A neighbour lies on the way to a stranger, a fixed angle along the arc. Both being standard
// normal, so is what lies between them: the squares of cosine and sine sum to 1.
function latentOf(garment, latentDim) {
  const path = garment.split(".").map(Number);
  const [near, far] = [Math.cos(NEARNESS), Math.sin(NEARNESS)];
  let z = normals(latentDim, hash(path.slice(0, 1)));
  for (let depth = 2; depth <= path.length; depth++) {
    const stranger = normals(latentDim, hash(path.slice(0, depth)));
    z = z.map((value, i) => near * value + far * stranger[i]);
  }
  return z;
}

// So many steps along each direction.
function move(z, directions, strengths) {
  return directions.reduce(
    (moved, { vector }, i) => moved.map((value, k) => value + strengths[i] * vector[k]), z);
}
