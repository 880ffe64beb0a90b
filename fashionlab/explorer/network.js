"use strict";
// A generator is only arithmetic: this file is all of it.
//
// Numbers travel from step to step in one flat row, a Float32Array. An image of the shape
// [height, width, channels] lies in it row by row, pixel by pixel, with the channels of a pixel
// side by side.

// How often two numbers were multiplied so far.
let multiplications = 0;

// The innermost loop of every layer that has learned something: add a multiple of some weights,
// those from `first` on, to the numbers of `sums` from `at` on.
function addMultiple(sums, at, factor, weights, first, length) {
  if (factor === 0) return; // a ReLU leaves many zeros, and they would add nothing
  for (let i = 0; i < length; i++) sums[at + i] += factor * weights[first + i];
  multiplications += length;
}

// Every output is a weighted sum of all inputs, plus a bias.
function dense({ kernel, bias }, [input]) {
  const sums = Float32Array.from(bias);
  for (let i = 0; i < input.length; i++) {
    addMultiple(sums, 0, input[i], kernel, i * bias.length, bias.length);
  }
  return sums;
}

// A convolution lays its kernel over the large image, once for every pixel of the small one, and
// moves on by `stride` pixels each time. Where the kernel hangs over the edge there is nothing.
// Calls visit(pixel of the small image, pixel of the large one, cell of the kernel between them).
function layKernel({ size, stride, before }, small, large, visit) {
  const [smallHeight, smallWidth] = small;
  const [largeHeight, largeWidth] = large;
  for (let y = 0; y < smallHeight; y++) {
    for (let x = 0; x < smallWidth; x++) {
      for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
          const largeY = y * stride + row - before;
          const largeX = x * stride + column - before;
          const inside = largeY >= 0 && largeY < largeHeight && largeX >= 0 && largeX < largeWidth;
          if (inside) visit(y * smallWidth + x, largeY * largeWidth + largeX, row * size + column);
        }
      }
    }
  }
}

// One cell of the kernel, between one pixel of the input and one of the output: every channel of
// the one adds to every channel of the other.
function addPixel(sums, to, channelsOut, input, from, channelsIn, kernel, cell) {
  for (let channel = 0; channel < channelsIn; channel++) {
    const factor = input[from * channelsIn + channel];
    const first = (cell * channelsIn + channel) * channelsOut;
    addMultiple(sums, to * channelsOut, factor, kernel, first, channelsOut);
  }
}

// An image of sums that start from the bias of their channel.
function startFromBias([height, width, channels], bias) {
  const sums = new Float32Array(height * width * channels);
  for (let i = 0; i < sums.length; i += channels) sums.set(bias, i);
  return sums;
}

// Convolution gathers: an output pixel is a weighted sum of the input pixels under the kernel.
function conv2d(step, [input], [inputShape]) {
  const { shape, kernel, bias } = step;
  const sums = startFromBias(shape, bias);
  layKernel(step, shape, inputShape, (to, from, cell) =>
    addPixel(sums, to, shape[2], input, from, inputShape[2], kernel, cell));
  return sums;
}

// Transposed convolution scatters: an input pixel is spread over the output pixels under the
// kernel. It is a convolution with the two images in each other's place.
function conv2dTranspose(step, [input], [inputShape]) {
  const { shape, kernel, bias } = step;
  const sums = startFromBias(shape, bias);
  layKernel(step, inputShape, shape, (from, to, cell) =>
    addPixel(sums, to, shape[2], input, from, inputShape[2], kernel, cell));
  return sums;
}

// Batch normalisation, after training, is one multiplication and one addition for each channel.
function scaleAndShift({ scale, shift }, [input]) {
  multiplications += input.length;
  return input.map((value, i) => value * scale[i % scale.length] + shift[i % scale.length]);
}

// ReLU has slope 0: what is negative becomes zero. A leaky ReLU makes it only smaller.
function relu({ slope }, [input]) {
  if (slope === 0) return input.map(value => Math.max(value, 0));
  multiplications += input.length;
  return input.map(value => Math.max(value, 0) + slope * Math.min(value, 0));
}

// Bends any number into the range from -1, black, to 1, white.
function tanh(step, [input]) {
  return input.map(Math.tanh);
}

// The same numbers; from here on they count as an image.
function reshape(step, [input]) {
  return input;
}

// Every pixel becomes a square of factor x factor pixels.
function upsample({ shape: [height, width, channels], factor }, [input]) {
  const output = new Float32Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.floor(y / factor) * (width / factor) + Math.floor(x / factor)) * channels;
      output.set(input.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return output;
}

// The channels of all inputs, side by side in every pixel; of rows of numbers, all numbers.
function concatenate({ shape }, inputs, inputShapes) {
  const total = shape[shape.length - 1];
  const output = new Float32Array(shape.reduce((product, length) => product * length, 1));
  let start = 0;
  inputs.forEach((input, which) => {
    const channels = inputShapes[which][inputShapes[which].length - 1];
    for (let i = 0, at = start; i < input.length; i += channels, at += total) {
      output.set(input.subarray(i, i + channels), at);
    }
    start += channels;
  });
  return output;
}

function add(step, [first, ...others]) {
  return others.reduce((sums, input) => sums.map((sum, i) => sum + input[i]), first);
}

const LAYERS = {
  dense, conv2d, conv2dTranspose, scaleAndShift, relu, tanh, reshape, upsample, concatenate, add,
};

// A network is a list of steps in such an order that each comes after those it takes numbers from.
// In the page, a step holds where its weights lie in the row of all weights: [first, length].
function buildNetwork({ steps, output }, weights) {
  const withWeights = steps.map(step => {
    const own = ["kernel", "bias", "scale", "shift"].filter(name => name in step).map(name => {
      const [first, length] = step[name];
      return [name, weights.subarray(first, first + length)];
    });
    return { ...step, ...Object.fromEntries(own) };
  });
  return { steps: withWeights, output };
}

// From a latent, and class weights where the network takes them, to an image. Also tells how many
// multiplications each step took.
function run(network, inputs) {
  const values = [];
  const counts = network.steps.map((step, number) => {
    const before = multiplications;
    const taken = step.inputs.map(i => values[i]);
    const shapes = step.inputs.map(i => network.steps[i].shape);
    // The network's inputs are its first steps.
    values.push(step.kind === "input" ? inputs[number] : LAYERS[step.kind](step, taken, shapes));
    return multiplications - before;
  });
  return { image: values[network.output], counts };
}
