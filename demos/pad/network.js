// A trained network in plain JavaScript: each layer is a function from numbers to numbers.
// Weights are the library's float32, so the answers are the library's, to float32 rounding.

const LAYERS = {
  Linear: (layer, x) => layer.bias.map((b, j) => {
    let sum = b;
    for (let i = 0; i < x.length; i++) sum += layer.weight[j * x.length + i] * x[i];
    return sum;
  }),

  ReLU: (layer, x) => x.map((v) => Math.max(v, 0)),

  // Pictures are channels of rows of pixels, one after another; outside the picture there are zeros.
  Conv2d: ({ weight, bias, channels, side, kernel, padding }, x) => {
    const filters = bias.length, out = side + 2 * padding - kernel + 1;
    const y = new Float64Array(filters * out * out);
    for (let f = 0; f < filters; f++)
      for (let row = 0; row < out; row++)
        for (let column = 0; column < out; column++) {
          let sum = bias[f];
          for (let c = 0; c < channels; c++)
            for (let i = 0; i < kernel; i++)
              for (let j = 0; j < kernel; j++) {
                const r = row + i - padding, q = column + j - padding;
                if (r < 0 || q < 0 || r >= side || q >= side) continue;
                sum += weight[((f * channels + c) * kernel + i) * kernel + j] * x[(c * side + r) * side + q];
              }
          y[(f * out + row) * out + column] = sum;
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

/** float32 numbers from base64; `for` the arithmetic they become float64, which changes none. */
function floats(text) {
  return Float64Array.from(new Float32Array(bytes(text).buffer));
}

/** The networks as they stand in the page, ready to predict. */
function unpack(networks) {
  const ready = (layer) => ("weight" in layer
    ? { ...layer, weight: floats(layer.weight), bias: floats(layer.bias) } : layer);
  return networks.map(({ name, layers }) => ({ name, layers: layers.map(ready) }));
}
