/* Places boxes in layers and leads lines between them, as src/gradbook/graph/layout.py does: the method of
   Sugiyama, Tagawa and Toda (1981). Only the order within a layer is found in a plainer way. */

const [GAP_X, GAP_Y, LANE, SWEEPS] = [18, 38, 26, 100]
const STRAIGHT = [1, 2, 8]
const PLACES = [0.5, 0.34, 0.66, 0.25, 0.75]

const sum = numbers => numbers.reduce((a, b) => a + b, 0)
const byKey = (list, key) => list.map(one => [key(one), one]).sort(([a], [b]) => a - b).map(([, one]) => one)

/* Boxes and lines for nodes of these sizes; `late` ones stand just above their first use. */
export const arrange = (sizes, edges, late) => {
  const layers = layered(sizes.length, edges, late)
  const chains = edges.map(([source, target], at) => {
    const twin = edges.findIndex(other => other[0] === source && other[1] === target)
    if (twin < at) return twin
    const lanes = []
    for (let layer = layers[source] + 1; layer < layers[target]; layer++) lanes.push(layers.push(layer) - 1)
    return [source, ...lanes, target]
  }).map((chain, _, all) => (Array.isArray(chain) ? chain : all[chain]))
  const links = [...new Set(chains)].flatMap(chain => chain.slice(1).map((node, at) => [chain[at], node]))
  const rows = ordered(layers, links)
  const widths = layers.map((_, node) => sizes[node]?.[0] ?? LANE)
  const xs = spread(rows, widths, pulls(layers.length, links, late))
  const heights = rows.map(row => Math.max(0, ...row.map(node => sizes[node]?.[1] ?? 0)))
  const tops = heights.map((_, at) => sum(heights.slice(0, at)) + GAP_Y * at)
  const left = Math.min(...xs.map((x, node) => x - widths[node] / 2))
  const boxes = sizes.map(([width, height], node) => ({ x: xs[node] - left, y: tops[layers[node]] + heights[layers[node]] / 2, width, height }))
  const bends = chains.map(chain => chain.slice(1, -1).flatMap(lane =>
    [tops[layers[lane]], tops[layers[lane]] + heights[layers[lane]]].map(y => [xs[lane] - left, y])))
  return {
    boxes,
    lines: lines(boxes, edges, bends),
    width: Math.max(...xs.map((x, node) => x - left + widths[node] / 2)),
    height: sum(heights) + GAP_Y * (rows.length - 1),
  }
}

/* Every node as early as it can be, and then as late if that makes the lines shorter. */
const layered = (count, edges, late) => {
  const layers = Array(count).fill(0)
  const uses = layers.map((_, node) => edges.filter(([source]) => source === node).map(([, target]) => target))
  for (const [source, target] of byKey(edges, edge => edge[1])) layers[target] = Math.max(layers[target], layers[source] + 1)
  const held = layers.map((_, node) => edges.filter(([source, target]) => target === node && (!late[source] || uses[source].length > 1)).length)
  for (let node = count - 1; node >= 0; node--) {
    if (uses[node].length && (late[node] || held[node] < uses[node].length)) layers[node] = Math.min(...uses[node].map(target => layers[target])) - 1
  }
  return layers
}

/* The nodes of each layer from left to right: each amid its neighbors, down and up, as long as that
   makes fewer crossings. */
const ordered = (layers, links) => {
  const rows = Array.from({ length: Math.max(...layers) + 1 }, () => [])
  layers.forEach((layer, node) => rows[layer].push(node))
  const place = []
  const note = row => row.forEach((node, at) => { place[node] = at })
  rows.forEach(note)
  const near = [1, 0].map(end => {
    const ends = layers.map(() => [])
    for (const link of links) ends[link[end]].push(link[1 - end])
    return ends
  })
  let best = [Infinity]
  for (let sweep = 0; sweep < 12; sweep++) {
    const count = sum(rows.map(row => crossings(row, near[1], place)))
    if (count < best[0]) best = [count, rows.map(row => [...row])]
    for (const row of sweep % 2 ? [...rows].reverse() : rows) {
      const middle = node => (near[sweep % 2][node].length ? sum(near[sweep % 2][node].map(other => place[other])) / near[sweep % 2][node].length : place[node])
      byKey(row, middle).forEach((node, at) => { row[at] = node })
      note(row)
    }
  }
  return best[1]
}

/* Between a row and the next one. */
const crossings = (row, below, place) => {
  const ends = row.flatMap(node => below[node].map(other => [place[node], place[other]]))
  return sum(ends.map(([a, b], at) => {
    let count = 0
    for (let n = 0; n < at; n++) if ((a - ends[n][0]) * (b - ends[n][1]) < 0) count++
    return count
  }))
}

/* The neighbors of each node, and how strongly they pull: long lines shall be straight. */
const pulls = (count, links, light) => {
  const near = Array.from({ length: count }, () => [])
  for (const [a, b] of links) {
    const weight = light[a] ? 0.5 : STRAIGHT[(a >= light.length) + (b >= light.length)]
    near[a].push([b, weight])
    near[b].push([a, weight])
  }
  return near
}

/* Horizontal centers: each box near its neighbors, none closer than the gap. */
const spread = (rows, widths, near) => {
  const xs = []
  const widest = Math.max(...widths) + GAP_X
  for (const row of rows) row.forEach((node, at) => { xs[node] = (at - (row.length - 1) / 2) * widest })
  const weights = near.map(all => sum(all.map(([, weight]) => weight)) || 1)
  for (let sweep = 0, moved = 1; sweep < SWEEPS && moved > 0.001; sweep++) {
    moved = sweep % 2 ? 0 : moved
    for (const row of sweep % 2 ? rows : [...rows].reverse()) {
      const wishes = row.map(node => {
        let wish = 0
        for (const [other, weight] of near[node]) wish += xs[other] * weight
        return near[node].length ? wish / weights[node] : xs[node]
      })
      settled(wishes, row.map(node => weights[node]), row.map(node => widths[node])).forEach((x, at) => {
        moved = Math.max(moved, Math.abs(xs[row[at]] - x))
        xs[row[at]] = x
      })
    }
  }
  return xs
}

/* The centers nearest to the wishes that keep order and distance: pool adjacent violators (Ayer and
   others, 1955). */
const settled = (wishes, weights, widths) => {
  const offsets = [0]
  for (let at = 1; at < widths.length; at++) offsets.push(offsets[at - 1] + (widths[at - 1] + widths[at]) / 2 + GAP_X)
  const blocks = []
  wishes.forEach((wish, at) => {
    let block = { mean: wish - offsets[at], weight: weights[at], count: 1 }
    while (blocks.length && blocks.at(-1).mean > block.mean) {
      const before = blocks.pop()
      const weight = before.weight + block.weight
      block = { mean: (before.mean * before.weight + block.mean * block.weight) / weight, weight, count: before.count + block.count }
    }
    blocks.push(block)
  })
  return blocks.flatMap(({ mean, count }) => Array(count).fill(mean)).map((mean, at) => mean + offsets[at])
}

/* Every line leaves and arrives at a place of its own, in the order of where it comes from. */
const lines = (boxes, edges, bends) => {
  const made = bends.map(points => [...points])
  boxes.forEach((box, node) => {
    const ours = end => edges.map((_, at) => at).filter(at => edges[at][end] === node)
    const leaving = byKey(ours(0), at => bends[at][0]?.[0] ?? boxes[edges[at][1]].x)
    const arriving = byKey(ours(1), at => bends[at].at(-1)?.[0] ?? boxes[edges[at][0]].x)
    ports(box, leaving.length, 1).forEach((port, n) => made[leaving[n]].unshift(port))
    ports(box, arriving.length, -1).forEach((port, n) => made[arriving[n]].push(port))
  })
  return made
}

const ports = ({ x, y, width, height }, count, side) => {
  const reach = width * 0.68
  const step = count > 2 ? reach / (count - 1) : reach * 0.62
  return Array.from({ length: count }, (_, n) => [x + (n - (count - 1) / 2) * step, y + (side * height) / 2])
}

/* Where labels of these widths stand on the last curve of each line, clear of each other and of other
   lines if there is room. */
export const spots = (lines, widths, height) => {
  const drawn = lines.map(line => line.slice(1).map((end, at) => ({ from: line[at][1], to: end[1], points: Array.from({ length: 13 }, (_, n) => along(line[at], end, n / 12)) })))
  const taken = []
  lines.forEach((line, at) => {
    const width = widths[at]
    const choices = PLACES.map(t => along(line.at(-2), line.at(-1), t))
    const apart = ([x, y]) => !taken.some(other => Math.abs(x - other.x) < (width + other.width) / 2 && Math.abs(y - other.y) < height)
    const free = ([x, y]) => !lines.some((other, n) => n !== at && other[0][1] < line.at(-1)[1] && other.at(-1)[1] > line.at(-2)[1]
      && drawn[n].some(({ from, to, points }) => from < y + height && to > y - height
        && points.some(([px, py]) => Math.abs(x - px) < width / 2 && Math.abs(y - py) < height / 2)))
    const [x, y] = choices.find(spot => apart(spot) && free(spot)) ?? choices.find(apart) ?? choices[0]
    taken.push({ x, y, width })
  })
  return taken
}

/* A point of the curve that leaves its start and reaches its end upright. */
const along = ([x0, y0], [x1, y1], t) => {
  const s = 1 - t
  return [
    x0 * (s ** 3 + 3 * s ** 2 * t) + x1 * (3 * s * t ** 2 + t ** 3),
    y0 * s ** 3 + ((y0 + y1) / 2) * (3 * s ** 2 * t + 3 * s * t ** 2) + y1 * t ** 3,
  ]
}
