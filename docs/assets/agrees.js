/* Whether a number that a reader types is the one that the run printed: to the digits that both give, as with the
   numbers in the sentences of pages. `0.67` is 0.6652, and 93 is 93 only. */

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i

/* A number as it is typed: with a true minus, a decimal comma, as 2/3. NaN for anything else. */
export const typedNumber = text => {
  const [above, below, ...rest] = plain(text).split("/")
  if (rest.length || ![above, below ?? "1"].every(part => NUMBER.test(part))) return NaN
  return Number(above) / Number(below ?? 1)
}

export const agrees = (typed, printed) => {
  const number = typedNumber(typed)
  const difference = Math.abs(number - Number(printed))
  if (number === 0) return Number(printed) === 0 // else 0.0 would be any small number
  const free = plain(typed).includes("/") ? half(printed) : Math.max(half(plain(typed)), half(printed))
  return difference <= free * (1 + 1e-9) + Math.abs(printed) * 1e-12
}

const plain = text => text.trim().replace("−", "-").replace(",", ".").replace(/\s/g, "")

/* Half of the last digit, where there are digits after the point; else nothing is free. */
const half = text => {
  const [mantissa, exponent] = text.toLowerCase().split("e")
  const digits = mantissa.split(".")[1]?.length
  return digits ? 0.5 * 10 ** (Number(exponent ?? 0) - digits) : 0
}
