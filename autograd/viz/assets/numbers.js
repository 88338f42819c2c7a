// How numbers and arrays are written: as autograd/viz/labels.py writes them.

function number(given) {
  const x = Number(given);
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (Number.isInteger(x) && Math.abs(x) < 1e6) return String(x || 0).replace("-", "−");
  const [digits, exponent] = x.toExponential(2).split("e");
  const short = Number(`${digits}e${exponent}`);
  const text = exponent < -4 || exponent >= 6 ? `${Number(digits)}e${Number(exponent)}` : decimal(short);
  return text.replaceAll("-", "−");
}
const decimal = (x) => Math.abs(x) < 1e-6 && x ? x.toFixed(7).replace(/0+$/, "") : String(x);
const percent = (share) => share >= 0.005 ? `${(100 * share).toFixed(0)}%` : "<1%";
// With enough digits to follow the arithmetic.
function fine(given, digits = 6) {
  const x = Number(given);
  if (!Number.isFinite(x)) return number(x);
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  const text = x && (exponent < -4 || exponent >= 9) ? `${Number(mantissa)}e${Number(exponent)}` : String(Number(x.toPrecision(digits)));
  return text.replaceAll("-", "−");
}
const times = (shape) => shape.join(" × ");

// A number, or a row of a few, in full; empty for anything larger.
function written(numbers, shape) {
  if (!numbers) return "";
  if (numbers.length === 1) return number(numbers[0]);
  const row = numbers.length && numbers.length <= 4 && numbers.length === shape.at(-1);
  return row ? `[${numbers.map(number).join("  ")}]` : "";
}
const length = (told) => number(told.n ?? Math.hypot(...told.x.map(Number)));
const brief = (told, shape, most) => (told.x && told.x.length <= most && written(told.x, shape)) || `${words.norm} ${length(told)}`;

// A single number with all its digits; an array in brackets, with enough to follow the arithmetic.
function bracketed(numbers, shape, digits = 0) {
  const one = (x) => digits ? fine(x, digits) : numbers.length === 1 ? exact(x) : fine(x);
  if (numbers.length === 1) return "[".repeat(shape.length) + one(numbers[0]) + "]".repeat(shape.length);
  if (!shape.length) return "";
  const rows = [], size = numbers.length / shape[0];
  for (let i = 0; i < shape[0]; i++) {
    const row = numbers.slice(i * size, (i + 1) * size);
    rows.push(shape.length > 1 ? bracketed(row, shape.slice(1), digits || 6) : one(row[0]));
  }
  return `[${rows.join(shape.length > 1 ? "\n " : "  ")}]`;
}
const exact = (x) => String(x).replace("Infinity", "∞");
