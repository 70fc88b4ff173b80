// The search's worker, in place of the theme's: it answers the same messages, 0 with the index, 2 with a question.
// How it ranks, and where a synonym is added: CONTRIBUTING, "The search".
(() => {
  // What people say: what the pages say. Of a single word that the pages know, both are looked for.
  const SYNONYMS = `
matrix derivatives, derivative matrix, matrix partial derivatives: jacobian
matrix second derivatives: hessian
hvp, hessian vector: hessian times vector
vjp: vector jacobian
second derivative, third derivative, second order, third order, derivative derivative, twice derivative: higher order derivatives
cut graph, cut gradient, break graph, stop gradient, stop_gradient, disconnect: detach
stop tracking, stop recording, disable gradient, disable grad, turn off gradient: turn off tracking
freeze, trainable: frozen
gradient clip, clip_by_global_norm, clip_by_norm: clip gradient
gradient accumulation: accumulation
gradienttape, gradient tape, tape: autograd record graph
persistent: retain_graph
custom_vjp, custom_jvp, custom_gradient, custom gradient, custom backward, own backward: custom Function
value_and_grad: grad_and_value
tf function, jit: compile
bptt, rnn, lstm, hidden state, recurrent: carrying state loop
micrograd, tinygrad, karpathy, scratch autograd: write own autograd
wgan: gan
gp: gradient penalty
newton: step bend
custom: custom|own|my
intermediate: non-leaf|nonleaf|middle
lose gradient, lost gradient: no gradient
bce: binary cross entropy
nll, nllloss, nll_loss: cross entropy likelihood
mse, l2 loss: squared error
fp16, float16, half precision: half 16 bits
amp, loss scale, mixed_precision: mixed precision
underflow: small zero
overflow: infinite
explode: large infinite
backprop: back-propagation
numerical derivative, finite difference, numerical gradient, difference quotient: measure slope differences
verify gradient, check gradient, gradient check: gradcheck prove
epsilon, eps: step small
bias, biases: bias
slice, index: indexing
broadcast: broadcasting
matrix multiplication, mm, bmm: matmul
activation function: bend
ddp, distributed data parallel, distributeddataparallel: ddp processes
multithread, thread: threads
quantization, quantize: rounding straight through
ste: straight through
hypernetwork, hyper network: network makes weights
reparameterization, reparametrization: random sample
optimizer own, own optimizer, custom optimizer: own optimizer
memory leak, oom, out memory: memory stays
converge: converged
loss go down, loss not go down, loss decrease, loss not decrease, loss not decreasing, loss stuck: loss stays same training
weights update, parameters update, weights change: update step weights
cheatsheet: cheat sheet
greek, alpha, theta: letters
symbol: notation
nabla: derivatives notation
definition, terms: glossary
pencil, exercise: practice paper
`
  const STOP = new Set(`a about all also am an and any are as at be because been being but by can cannot cant could did do
does doesn doesnt doing don done dont for from get gets getting give gives got had has have having help how i if in inside
into is isn isnt it its just like make may me mean means meaning must my need needs of on only or our pytorch really s shall
should so some still such t than that the their them then there these they this those to torch use used using vs want was way
we were what when where which while who why will with wont would you your tf jax lax tensorflow keras`.split(/\s+/))
  const ASIDE = /^(check yourself|where next|answers|try it|the pages, in order|how to read them|further reading|related messages)$/i
  const K = 1.2, B = 0.6, TITLE = 5, PAGE = 1, CODE = 0.5, ENOUGH = 0.5, PAGES = 12, RERANKED = 80, SHARE = 1.5, NEAR = 0.4, HEAD = 0.8, CLOSE = 0.8, LIST = 0.5, MSG = 0.6, WHOLE = 0.6, UNKNOWN = 0.8, FIRST = 1, NAME = 1.5

  let sections, postings, words, average

  const plain = html => html.replace(/<[^>]+>/g, " ").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&\w+;/g, " ")

  const stem = word => {
    if (/[^a-z]/.test(word)) return word.replace(/(\w)_+$/, "$1")
    const one = word.replace(/is(e[ds]?|ing|ations?)$/, "iz$1").replace(/ies$/, "y").replace(/([^su])s$/, "$1")
    return one.length < 5 ? one
      : one.replace(/(ly|ed|ing|ion|[ae]nce)$/, "").replace(/([^lsaeiou])\1$/, "$1").replace(/e$/, "")
  }

  // The words of a text, as [word, place, whether it is another reading of that place]. Names stay whole.
  const read = text => {
    const found = []
    let place = 0
    for (const { 0: whole, index } of text.matchAll(/[-+*/]=|[\p{L}_][\p{L}\d_]*(?:[-'’]\p{L}+)*/gu)) {
      const parts = whole.toLowerCase().split(/(?<=\p{L})[-'’]/u), end = index + whole.length
      if (parts[1] && parts[0] === "non") parts.splice(0, 2, "non" + parts[1]) // its opposite
      if (parts[1]) found.push([parts.join(""), place, true])
      if (text[index - 1] === ".") found.push(["." + parts[0], place, true])
      for (const part of parts) found.push([part, place++])
      if (text[end] === "=" && text[end + 1] !== "=") found.push([parts.at(-1) + "=", place - 1, true])
    }
    return found
  }

  const build = docs => {
    const pages = new Map()
    postings = new Map()
    words = new Map()
    sections = docs.map(doc => {
      const [page] = doc.location.split("#"), parent = pages.get(page)
      if (!parent) pages.set(page, doc)
      return { doc, page: parent ?? doc, length: 0 }
    })
    const titles = new Map()
    for (const { title } of docs) titles.set(title, (titles.get(title) ?? 0) + 1)
    sections.forEach((section, n) => {
      const { doc, page } = section, counts = new Map()
      // "The rule" and other titles of many pages say nothing: such a section has its page's.
      section.common = titles.get(doc.title) > 4
      const content = html => read(plain(html)).filter(([word, , other]) => !other && !STOP.has(word)).map(([word]) => stem(word))
      section.title = content(section.common ? page.title : doc.title)
      if (page === doc) section.question = content(/^<p>(.*?)<\/p>|$/s.exec(doc.text)[1] ?? "")
      const count = (text, weight) => {
        for (const [word] of read(plain(text))) {
          const key = stem(word)
          words.set(word, (words.get(word) ?? 0) + 1)
          counts.set(key, (counts.get(key) ?? 0) + weight)
          if (weight <= 1) section.length += weight
        }
      }
      if (page === doc) for (const [p] of doc.text.matchAll(/<p>.*?<\/p>/gs)) count(p, FIRST)
      for (const piece of doc.text.split(/(<pre>.*?<\/pre>)/s)) count(piece, piece.startsWith("<pre>") ? CODE : 1)
      count(doc.title, section.common ? 0 : TITLE)
      if (page !== doc) for (const [word] of read(plain(page.title))) counts.set(stem(word), (counts.get(stem(word)) ?? 0) + PAGE)
      for (const [key, tf] of counts) postings.get(key)?.push(n, tf) ?? postings.set(key, [n, tf])
    })
    average = sections.reduce((sum, { length }) => sum + length, 0) / sections.length
  }

  const known = word => postings.has(stem(word))
  const idf = key => {
    const df = (postings.get(key)?.length ?? 0) / 2
    return Math.log(1 + (sections.length - df + 0.5) / (df + 0.5))
  }

  // How many letters are to be changed, added, left out or swapped, if not more than `most`.
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return most + 1
    let older, old = [...Array(b.length + 1).keys()]
    for (let i = 1; i <= a.length; i++) {
      const now = [i]
      for (let j = 1; j <= b.length; j++) {
        now[j] = Math.min(old[j] + 1, now[j - 1] + 1, old[j - 1] + (a[i - 1] !== b[j - 1]))
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) now[j] = Math.min(now[j], older[j - 2] + 1)
      }
      [older, old] = [old, now]
    }
    return old[b.length]
  }
  const respelled = word => {
    const most = word.length < 4 ? 0 : word.length < 8 ? 1 : 2
    let best = [most + 1]
    if (most) for (const [known, count] of words) {
      if (known[0] !== word[0] || STOP.has(known)) continue
      const far = distance(word, known, most)
      if (far < best[0] || far === best[0] && count > best[1]) best = [far, count, known]
    }
    return best[2]
  }

  const synonyms = SYNONYMS.trim().split("\n").flatMap(line => {
    const [said, meant] = line.split(":")
    return said.split(",").map(one => [one.trim().split(" ").map(stem), meant.trim().split(" ").map(word => word.split("|"))])
  }).sort((a, b) => b[0].length - a[0].length)

  // What a question asks for, in order: each a Map of the words that say it, with weights. None of the language's own words.
  const understand = question => {
    const last = /[\p{L}\d_]{3,}$/u.test(question)
    const spots = [], asked = []
    for (const [word, place, other] of read(question)) {
      const spot = spots[place] ??= { others: [] }
      if (other) spot.others.push(word)
      else spot.word = word
    }
    spots.forEach((spot, n) => {
      const { word } = spot
      spot.says = new Map(spot.others.filter(known).map(other => [stem(other), 1]))
      if (!STOP.has(word)) spot.says.set(stem(word), spot.says.size ? 0.7 : 1)
      spot.says.name = spot.others.some(other => known(other) && /^\.|=$/.test(other))
      // `zero grad` is `zero_grad`, and `cross entropy loss` is `CrossEntropyLoss`.
      for (let size = 2; size < 4; size++) {
        const some = spots.slice(n, n + size)
        if (some.length < size) break
        for (const mark of ["", "_"]) {
          const joined = some.map(({ word }) => word).join(mark)
          if (known(joined)) for (const one of some) (one.joined ??= new Set()).add(stem(joined))
        }
      }
    })
    const kept = spots.filter(({ word, says }) => (!STOP.has(word) || says.size) && (word.length > 1 || spots.length < 2))
    for (let n = 0; n < kept.length; n++) {
      const found = synonyms.find(([said]) => said.every((word, at) => kept[n + at] && stem(kept[n + at].word) === word))
      if (found) {
        const [said, meant] = found
        const own = said.length === 1 && known(said[0])
        meant.forEach((some, at) => asked.push(new Map([...some.map(word => [stem(word), 1]), ...own && !at ? [[said[0], 1]] : []])))
        n += said.length - 1
        continue
      }
      const { word, says, joined = [] } = kept[n]
      for (const key of joined) says.set(key, 1)
      if (last && n === kept.length - 1 && kept[n] === spots.at(-1)) {
        const weight = known(word) ? 0.3 : 0.8
        for (const [key] of words) if (key.startsWith(word) && !says.has(stem(key))) says.set(stem(key), weight)
      }
      if (![...says.keys()].some(key => postings.has(key))) {
        const parts = word.split("_").filter(part => part && !STOP.has(part))
        if (parts.length > 1) {
          for (const part of parts) asked.push(new Map([[stem(part), 1]]))
          continue
        }
        const near = respelled(word)
        if (near) says.set(stem(near), 0.8)
      }
      asked.push(says)
    }
    return asked
  }

  const search = question => {
    const cut = question.replace(/^.*\b\w*(Error|Warning|Exception): *(?=\S)/s, "").replace(/([a-z])(?=[A-Z][a-z])/g, "$1 ")
    const asked = understand(cut)
    if (!asked.length) return { items: [] }
    const unknown = UNKNOWN * Math.log(sections.length), sums = new Map()
    const weights = asked.map(says => Math.max(0, ...[...says].filter(([key]) => postings.has(key)).map(([key, weight]) => weight * idf(key))) * (says.name ? NAME : 1) || unknown)
    const total = weights.reduce((a, b) => a + b, 0)
    asked.forEach((says, n) => {
      const best = new Map()
      for (const [key, weight] of says) {
        const list = postings.get(key) ?? [], rare = idf(key)
        for (let at = 0; at < list.length; at += 2) {
          const tf = list[at + 1], { length } = sections[list[at]]
          const score = (says.name ? NAME : 1) * weight * rare * tf * (K + 1) / (tf + K * (1 - B + B * length / average))
          if (score > (best.get(list[at])?.[0] ?? 0)) best.set(list[at], [score, weight])
        }
      }
      for (const [section, [score, weight]] of best) {
        const sum = sums.get(section) ?? [0, 0]
        sums.set(section, [sum[0] + score, sum[1] + weight * weights[n]])
      }
    })
    const ranked = [...sums].map(([n, [score, covered]]) => {
      const section = sections[n], share = covered / total
      return { ...section, share, score: score * share ** SHARE * (ASIDE.test(section.doc.title) ? 0.3 : 1) }
    }).sort((a, b) => b.score - a.score).slice(0, RERANKED)
    if (!ranked.length || Math.max(...ranked.map(({ share }) => share)) < ENOUGH) return { items: [] }
    for (const one of ranked) one.why = [one.score, one.share, together(one, asked, weights), titled(one, asked, weights)].map(x => x.toFixed(2)).join(' '), one.score *= (1 + NEAR * together(one, asked, weights) + HEAD * titled(one, asked, weights)) * (/^(errors|traps)\/#/.test(one.doc.location) || /^(errors|traps)\/$/.test(one.doc.location)? LIST : /^(errors|traps)\//.test(one.doc.location) ? MSG : 1)
    const byPage = new Map()
    for (const one of ranked.sort((a, b) => b.score - a.score)) byPage.set(one.page, [...byPage.get(one.page) ?? [], one.score])
    for (const one of ranked) one.score += WHOLE * byPage.get(one.page).slice(0, 3).reduce((a, b) => a + b, 0) / 3
    ranked.sort((a, b) => b.score - a.score)
    const groups = new Map()
    for (const one of ranked) groups.set(one.page, [...groups.get(one.page) ?? [], one])
    const items = [...groups].slice(0, PAGES).map(([page, found]) => show(page, found, asked))
    return { items }
  }

  // How many of the neighbors in the question are neighbors in the section.
  const together = ({ doc, page }, asked, weights) => {
    if (asked.length < 2) return 0
    const text = `${plain(page.title)} . . . . ${plain(doc.title)} . . . . ${plain(doc.text)}`
    const places = asked.map(() => [])
    for (const [word, place] of read(text)) {
      const key = stem(word)
      asked.forEach((says, n) => says.has(key) && places[n].push(place))
    }
    let near = 0, all = 0
    for (let n = 1; n < asked.length; n++) {
      const weight = weights[n] + weights[n - 1]
      let least = 9
      for (const a of places[n - 1]) for (const b of places[n]) least = Math.min(least, b > a ? b - a : a - b + 1)
      near += weight * Math.max(0, 1 - (Math.max(least, 1) - 1) / 5)
      all += weight
    }
    return near / all
  }

  // How much of the question stands in the section's title, and how much of the title in the question.
  const titled = ({ title, question }, asked, weights) => Math.max(fits(title, asked, weights), question ? fits(question, asked, weights) : 0)
  const fits = (keys, asked, weights) => {
    if (!keys.length) return 0
    const total = weights.reduce((a, b) => a + b, 0)
    const of = asked.reduce((sum, says, n) => sum + (keys.some(key => says.has(key)) ? weights[n] : 0), 0) / total
    const rare = keys.map(idf), sum = list => list.reduce((a, b) => a + b, 0)
    const there = sum(rare.filter((_, n) => asked.some(says => says.has(keys[n])))) / sum(rare)
    return of * there
  }

  const show = (page, found, asked) => {
    const [best] = found
    const items = found.map(({ doc, score, why }) => ({ ...doc, score, why, terms: {} }))
    for (const one of items.slice(1, 3)) if (one.score > CLOSE * best.score) one.score = best.score
    if (!items.some(({ location }) => location === page.location)) items.push({ ...page, score: 0, terms: {} })
    return items
  }

  addEventListener("message", ({ data: { type, data } }) => {
    if (type === 0) build(data.docs), postMessage({ type: 1 })
    if (type === 2) postMessage({ type: 3, data: search(data) })
  })
})()
