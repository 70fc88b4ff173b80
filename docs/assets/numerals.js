/* Numbers as src/gradbook/graph/numerals.py and card.py write them: 93, 0.1667, −1.5·10⁻⁷. */

import { bracketed, raised } from "./autograd.js"

const DIGITS = 4
const stripped = text => (text.includes(".") ? text.replace(/\.?0+$/, "") : text)

/* The digits that are shown, as JavaScript reads them. */
const short = number => {
  const size = Math.abs(number)
  if (Number.isInteger(number) && size < 1e10) return String(number)
  if (size >= 1e-4 && size < 1e6) return stripped(size < 10 ** (DIGITS - 1) ? number.toPrecision(DIGITS) : number.toFixed(1))
  const [mantissa, exponent] = number.toExponential(DIGITS - 1).split("e")
  return `${stripped(mantissa)}e${+exponent}`
}

export const numeral = number => {
  if (!Number.isFinite(number)) return String(number).replace("-", "−").replace("Infinity", "∞").replace("NaN", "nan")
  const [digits, exponent] = short(number).split("e")
  return digits.replace("-", "−") + (exponent ? `·10${raised(exponent.replace("-", "−"))}` : "")
}

/* Whether `numeral` leaves out digits of one of these. */
export const rounded = (...numbers) => numbers.some(number => Number.isFinite(number) && Number(short(number)) !== number)

export const equals = (...numbers) => (rounded(...numbers) ? "≈" : "=")

export const summed = numbers => numbers.map(numeral).join(" + ").replaceAll("+ −", "− ")

export const around = number => bracketed(numeral(number))

/* A value on one line: 3, or [[1, 2], [3, 4]]. */
export const inline = (data, shape) => {
  if (!shape.length) return numeral(data[0])
  const step = data.length / shape[0]
  return `[${Array.from({ length: shape[0] }, (_, at) => inline(data.slice(at * step, at * step + step), shape.slice(1))).join(", ")}]`
}

/* The entries of a matrix, all with the same number of decimals, at most four. */
export const aligned = numbers => {
  const texts = numbers.map(numeral)
  const decimals = Math.min(Math.max(...texts.map(text => (text.split(".")[1] ?? "").length)), 4)
  if (!decimals || !texts.every(text => /^−?\d+(\.\d+)?$/.test(text))) return texts
  return numbers.map(number => number.toFixed(decimals).replace("-", "−"))
}
