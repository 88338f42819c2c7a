// A trained network in plain JavaScript: each layer is a function from numbers to numbers.
// Weights are the library's float32, so the answers are the library's, to float32 rounding.

const LAYERS = {
  Linear: (layer, x) => layer.bias.map((b, j) => {
    let sum = b;
    for (let i = 0; i < x.length; i++) sum += layer.weight[j * x.length + i] * x[i];
    return sum;
  }),

  ReLU: (layer, x) => x.map((v) => Math.max(v, 0)),

  // Pictures are channels of rows of pixels, one after another; around them there are zeros.
  Conv2d: ({ weight, bias, channels, side, kernel, padding }, x) => {
    const wide = side + 2 * padding, out = wide - kernel + 1, filters = bias.length;
    const framed = new Float64Array(channels * wide * wide);
    for (let c = 0; c < channels; c++)
      for (let row = 0; row < side; row++)
        framed.set(x.subarray((c * side + row) * side, (c * side + row + 1) * side),
          (c * wide + row + padding) * wide + padding);

    const y = new Float64Array(filters * out * out);
    let n = 0;
    for (let f = 0; f < filters; f++) {
      y.fill(bias[f], f * out * out, (f + 1) * out * out);
      for (let c = 0; c < channels; c++)
        for (let i = 0; i < kernel; i++)
          for (let j = 0; j < kernel; j++) {
            const w = weight[n++];
            for (let row = 0; row < out; row++) {
              const to = (f * out + row) * out, from = (c * wide + row + i) * wide + j;
              for (let column = 0; column < out; column++) y[to + column] += w * framed[from + column];
            }
          }
    }
    return y;
  },

  MaxPool2d: ({ channels, side, kernel }, x) => {
    const out = side / kernel, y = new Float64Array(channels * out * out).fill(-Infinity);
    for (let c = 0; c < channels; c++)
      for (let r = 0; r < side; r++)
        for (let q = 0; q < side; q++) {
          const to = (c * out + Math.floor(r / kernel)) * out + Math.floor(q / kernel);
          y[to] = Math.max(y[to], x[(c * side + r) * side + q]);
        }
    return y;
  },

  Softmax: (layer, x) => {
    const highest = Math.max(...x), powers = x.map((v) => Math.exp(v - highest));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((p) => p / sum);
  },
};

/** Ten probabilities for 256 pixels, 1 for ink and 0 for paper, row by row. */
function predict(network, pixels) {
  return network.reduce((x, layer) => LAYERS[layer.kind](layer, x), Float64Array.from(pixels));
}

function bytes(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** float32 numbers from base64, as float64, which changes none of them. */
function floats(text) {
  return Float64Array.from(new Float32Array(bytes(text).buffer));
}

/** The networks as they stand in the page, ready to predict. */
function unpack(networks) {
  const ready = (layer) => ("weight" in layer
    ? { ...layer, weight: floats(layer.weight), bias: floats(layer.bias) } : layer);
  return networks.map(({ name, layers, library }) => (
    { name, layers: layers.map(ready), library: floats(library) }));
}
