// The search's worker, in place of the theme's: it answers the same messages, 0 with the index, 2 with a question.
// How it ranks, and where a synonym is added: CONTRIBUTING, "The search".
(() => {
  // What people say: what the pages say. Of a single word that the pages know, both are looked for.
  const SYNONYMS = `
matrix derivatives, derivative matrix, matrix partial derivatives: jacobian
matrix second derivatives: hessian
hvp, hessian vector: hessian times vector
vjp: vector jacobian
second derivative, second order, derivative derivative, derivative twice, differentiate twice, differentiate again: higher|second order|derivative derivatives
third derivative, third order: higher order derivatives
cut graph, cut gradient, break graph, stop gradient, stop_gradient, disconnect: detach value
stop tracking, stop recording, disable gradient, disable grad, turn off gradient: turn off tracking
freeze, trainable, unfreeze: frozen|freeze
gradient clip, clip gradient, clip_by_global_norm, clip_by_norm: clip
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
grad none, gradient none: grad none leaf
backward second time, backward twice: backward graph second time
simulate bigger batch, bigger batch, larger batch: large effective batch
sum up, adding up: add
if statement, control flow: dynamic graph
binarize, sign function: rounding straight through
backward method, write backward: custom backward
overwritten, overwrite: changed|written
save_for_backward: save_for_backward|save
svd, eigh, degenerate: eigenvector
generator, discriminator: gan
forgot, forget: forgot|forgetting|forgotten
accuracy: counting mistakes
define run, eager: dynamic graph
slower, overhead: time|costs
output check, outputs check: verified output
prediction same, output same: predictions same
init, initialization, initialize: start|begin
freed, free: freed|gone
custom: custom|own|my
intermediate: nonleaf|middle
lose gradient, lost gradient: no gradient
bce: binary cross entropy
nll, nllloss, nll_loss: cross entropy likelihood
mse, l2 loss: squared error
fp16, float16, half precision: half 16 bits
amp, loss scale, mixed_precision: mixed precision
underflow: small zero
overflow: infinite
explode: large infinite
backprop: backpropagation
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
dp sgd, differential privacy, differentially private: private training
vq vae, vqvae, commitment loss: vector quantized
bilevel, unroll: unrolling
functorch, make_functional: functional_call
minimize, minimise: optimize|lowest
segment: block
fft: fourier
forbid: refuse
offload, offloading: pack disk
grad_output: arrives gradient
pinn: slope inside loss
per sample, per example, each example, every example, each sample, every sample: one gradient example
`
  const STOP = new Set(`a about all also am an and any are as at be because been being but by can cannot cant could did do
does doesn doesnt doing don done dont for from get gets getting give gives got had has have having help how i if in inside
into is isn isnt it its just like make may me mean means meaning must my need needs of on only or our pytorch really s shall
should so some still such t than that the their them then there these they this those to torch use used using vs want was way
we were what when where which while who why will with wont would you your myself yourself tf jax lax tensorflow keras`.split(/\s+/))
  const ASIDE = RegExp("^(check yourself|where next|answers|try it|the pages, in order|how to read them|further reading" +
    "|related messages|not this|older wordings|other causes)$", "i")
  const K = 1.2, B = 0.6 // of BM25: how soon more of a word counts no more, and how much a long section loses
  const TITLE = 5, PAGE = 1, FIRST = 1, CODE = 0.5 // a word of the title, of the page's title, of its beginning, of code
  const NAME = 1.5, UNKNOWN = 0.8 // what is asked by `.grad` or `gradient=`, and by a word that no page has
  const SHARE = 1.2, NEAR = 0.4, HEAD = 1.2, EXACT = 0.4 // much of the question, its neighbors, in the title, all of it
  const WHOLE = 0.6 // the page's best sections, for each of its sections
  const SIDE = 0.4, LOOKUP = 0.6, LIST = 0.5 // exercises and links, pages to look things up, their lists
  const ENOUGH = 0.53 // of the question must be found
  const RERANKED = 80, PAGES = 12, OPEN = 3, CLOSE = 0.8 // sections and pages, and which sections of a page are shown

  let sections, postings, words, average

  const add = numbers => numbers.reduce((a, b) => a + b, 0)
  const better = (a, b) => b.score - a.score
  const plain = (html, between = " ") =>
    html.replace(/<[^>]+>/g, between).replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&\w+;/g, " ")

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
    const pages = new Map(), titles = new Map()
    postings = new Map()
    words = new Map()
    for (const { title } of docs) titles.set(title, (titles.get(title) ?? 0) + 1)
    const names = html =>
      read(plain(html)).filter(([word, , other]) => !other && !STOP.has(word)).map(([word]) => stem(word))
    sections = docs.map((doc, n) => {
      const [address] = doc.location.split("#"), page = pages.get(address) ?? doc
      pages.set(address, page)
      let length = 0
      const counts = new Map()
      const count = (html, weight) => {
        for (const [word] of read(plain(html))) {
          const key = stem(word)
          words.set(word, (words.get(word) ?? 0) + 1)
          counts.set(key, (counts.get(key) ?? 0) + weight)
          if (weight <= 1) length += weight
        }
      }
      // "The rule" and other titles of many pages say nothing: such a section has its page's.
      const common = titles.get(doc.title) > 4
      for (const part of doc.text.split(/(<pre>.*?<\/pre>)/s)) count(part, part.startsWith("<pre>") ? CODE : 1)
      if (page === doc) for (const [p] of doc.text.matchAll(/<p>.*?<\/p>/gs)) count(p, FIRST)
      else for (const key of names(page.title)) counts.set(key, (counts.get(key) ?? 0) + PAGE)
      if (!common) count(doc.title, TITLE)
      for (const [key, number] of counts) postings.get(key)?.push(n, number) ?? postings.set(key, [n, number])
      // A page begins with the question that it answers.
      const question = page === doc ? /^<p>(.*?)<\/p>/s.exec(doc.text)?.[1] : ""
      const lookup = /^(errors|traps|atlas)\//.test(address)
      const list = /^((errors|traps|atlas)\/)?(index\.html)?$/.test(address)
      return {
        doc, page, length, common, message: /^errors/.test(address) && !list,
        rank: list ? LIST : lookup ? LOOKUP : 1,
        names: [common ? page.title : doc.title, ...question ? [question] : []].map(names),
      }
    })
    average = add(sections.map(({ length }) => length)) / sections.length
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
      if (known[0] !== word[0] || known.at(-1) !== word.at(-1) || STOP.has(known)) continue
      const far = distance(word, known, most)
      if (far < best[0] || far === best[0] && count > best[1]) best = [far, count, known]
    }
    return best[2]
  }

  const synonyms = SYNONYMS.toLowerCase().trim().split("\n").flatMap(line => {
    const [said, meant] = line.split(":")
    return said.split(",").map(one => [one.trim().split(" ").map(stem), meant.trim().split(" ").map(word => word.split("|"))])
  }).sort((a, b) => b[0].length - a[0].length)

  // What a question asks for, in order: the words that say each, with weights. None of them is the language's own.
  const understand = question => {
    const spots = [], asked = []
    for (const [word, place, other] of read(question)) {
      const spot = spots[place] ??= { others: [], joined: new Set() }
      if (other) spot.others.push(word)
      else spot.word = word
    }
    spots.forEach((spot, n) => {
      spot.others = spot.others.filter(known)
      // `zero grad` is `zero_grad`, too, and `cross entropy loss` is `CrossEntropyLoss`.
      for (const size of [2, 3]) for (const mark of ["", "_"]) {
        const some = spots.slice(n, n + size), joined = some.map(({ word }) => word).join(mark)
        if (some.length === size && known(joined)) for (const one of some) one.joined.add(stem(joined))
      }
    })
    const kept = spots.filter(({ word, others }) => others.length || !STOP.has(word) && (word.length > 1 || spots.length < 2))
    for (let n = 0; n < kept.length; n++) {
      const { word, others, joined } = kept[n], key = stem(word)
      const here = ([said]) => said.every((part, at) => kept[n + at] && stem(kept[n + at].word) === part)
      const [said, meant] = synonyms.find(here) ?? []
      if (meant) {
        n += said.length - 1
        meant.forEach((some, at) => {
          const says = new Map(some.map(one => [stem(one), 1]))
          if (!at && said.length === 1 && known(word)) says.set(key, 1)
          asked.push({ says, word: some[0], factor: 1 })
        })
        continue
      }
      const says = new Map(others.map(other => [stem(other), 1]))
      if (!STOP.has(word)) says.set(key, others.length ? 0.7 : 1)
      for (const one of joined) says.set(one, 1)
      // The last word may be half typed.
      if (kept[n] === spots.at(-1) && word.length > 2 && /[\p{L}\d_]$/u.test(question)) {
        const weight = known(word) ? 0.3 : 0.8
        for (const [one] of words) if (one.startsWith(word) && !says.has(stem(one))) says.set(stem(one), weight)
      }
      if (![...says.keys()].some(one => postings.has(one))) {
        const parts = word.split("_").filter(part => part && !STOP.has(part))
        if (parts.length > 1) {
          for (const part of parts) asked.push({ says: new Map([[stem(part), 1]]), word: part, factor: 1 })
          continue
        }
        const near = respelled(word)
        if (near) says.set(stem(near), 0.8)
      }
      asked.push({ says, word, joined, factor: others.some(other => /^\.|=$/.test(other)) ? NAME : 1 })
    }
    return asked
  }

  const search = question => {
    // Of a traceback the last message counts. The name of its error says little, unless no page knows it.
    const [, name = "", rest] = /^(?:.*\b(\w*(?:Error|Warning|Exception)): *(?=\S))?(.*)$/s.exec(question)
    const error = known(name.toLowerCase()) ? "" : name.toLowerCase()
    const asked = understand(`${error} ${rest.replace(/([a-z])(?=[A-Z][a-z])/g, "$1 ")}`)
    const unknown = UNKNOWN * Math.log(sections.length), sums = new Map()
    const weights = asked.map(({ says, joined, factor }) => {
      const found = [...says].filter(([key]) => postings.has(key)), own = found.filter(([key]) => !joined?.has(key))
      return factor * Math.max(0, ...(own.length ? own : found).map(([key, weight]) => weight * idf(key))) || unknown
    })
    const total = add(weights)
    asked.forEach(({ says, factor }, n) => {
      const best = new Map()
      for (const [key, weight] of says) {
        const list = postings.get(key) ?? [], rare = factor * weight * idf(key)
        for (let at = 0; at < list.length; at += 2) {
          const count = list[at + 1], { length } = sections[list[at]]
          const score = rare * count * (K + 1) / (count + K * (1 - B + B * length / average))
          if (score > (best.get(list[at])?.[0] ?? 0)) best.set(list[at], [score, weight])
        }
      }
      for (const [section, [score, weight]] of best) {
        const [sum, share] = sums.get(section) ?? [0, 0]
        sums.set(section, [sum + score, share + weight * weights[n] / total])
      }
    })
    const ranked = [...sums].filter(([n]) => sections[n].doc.text || !sections[n].common).map(([n, [score, share]]) => ({
      section: sections[n], share, score: score * share ** SHARE * (ASIDE.test(sections[n].doc.title) ? SIDE : 1),
    })).sort(better).slice(0, RERANKED)

    let sure = 0
    const pages = new Map()
    for (const one of ranked) {
      const title = titled(one.section, asked, weights), near = together(one.section, asked, weights)
      sure = Math.max(sure, one.share + title / 2, whole(one.section, asked))
      one.score *= (1 + NEAR * near + HEAD * title) * one.section.rank
      if (!pages.has(one.section.page)) pages.set(one.section.page, [])
      pages.get(one.section.page).push(one)
    }
    if (sure < ENOUGH) return []
    for (const found of pages.values()) {
      const whole = add(found.sort(better).slice(0, 3).map(({ score }) => score)) / 3
      for (const one of found) one.score += WHOLE * whole
    }
    return [...pages].sort((a, b) => better(a[1][0], b[1][0])).slice(0, PAGES).map(([page, found]) => shown(page, found, asked))
  }

  // How many of the neighbors in the question are neighbors in the section, from 0 to 1.
  const together = (section, asked, weights) => {
    const { doc, page } = section, places = asked.map(() => [])
    section.places ??= read([page.title, doc.title, doc.text].map(html => plain(html)).join(" a b c d e f "))
      .map(([word, place]) => [stem(word), place])
    for (const [key, place] of section.places) asked.forEach(({ says }, n) => says.has(key) && places[n].push(place))
    let near = 0, all = 0
    for (let n = 1; n < asked.length; n++) {
      let least = 9
      for (const a of places[n - 1]) for (const b of places[n]) least = Math.min(least, b > a ? b - a : a - b + 1)
      near += (weights[n] + weights[n - 1]) * Math.max(0, 1 - (Math.max(least, 1) - 1) / 5)
      all += weights[n] + weights[n - 1]
    }
    return all && near / all
  }

  // How much of the question stands in the title, and of the title in the question, from 0 to 1.
  const titled = ({ names, message }, asked, weights) => Math.max(...names.map(keys => {
    const has = keys.filter(key => asked.some(({ says }) => says.has(key)))
    const of = add(weights.filter((_, n) => keys.some(key => asked[n].says.has(key)))) / add(weights)
    const there = has.length && add(has.map(idf)) / add(keys.map(idf))
    // A message must be given nearly as it is; of the titles we wrote, a part may do.
    const exact = (keys.length > 1 && there === 1) + (of * there === 1)
    return has.length && of * (message ? there : (1 + there) / 2) + EXACT * exact
  }))

  // Whether the question has a whole title in it.
  const whole = ({ names: [keys] }, asked) => keys.length > 1 && keys.every(key => asked.some(({ says }) => says.has(key)))

  // A page's results as the theme draws them: those with the first one's score open, the others folded.
  const shown = (page, found, asked) => {
    const is = word => asked.some(({ says }) => says.has(stem(word)))
    const mark = html => html.replace(/<[^>]*>|&\w+;|[.]?[\p{L}_][\p{L}\d_]*=?/gu, part =>
      !/[<&]/.test(part[0]) && read(part).some(([word]) => is(word)) ? `<mark>${part}</mark>` : part)
    // The paragraph, or the lines of code, that have most of what was asked for.
    const teaser = html => {
      const blocks = html.match(/<(p|pre|ul|ol|table|dl)\b.*?<\/\1>/gs) ?? [html]
      const worth = block => add([...new Set(read(plain(block)).map(([word]) => word).filter(is).map(stem))].map(idf))
      const best = blocks.map(block => [worth(block), block]).sort((a, b) => b[0] - a[0])[0][1]
      if (!best.startsWith("<pre")) return mark(best.startsWith("<p>") ? best : `<p>${cut(plain(best), 240)}</p>`)
      const lines = plain(best, "").split("\n"), at = Math.max(0, lines.findIndex(line => read(line).some(([word]) => is(word))) - 1)
      return mark(`<pre><code>${lines.slice(at, at + 4).map(escape).join("\n")}</code></pre>`)
    }
    const [best] = found
    const items = found.map(({ section: { doc }, score }, n) => ({
      ...doc, title: mark(doc.title), text: doc.text && teaser(doc.text),
      score: n && n < OPEN && score > CLOSE * best.score ? best.score : score,
      terms: Object.fromEntries(asked.map(({ word }) => [word, true])),
    }))
    if (!found.some(({ section: { doc } }) => doc === page)) items.push({ ...page, score: 0, terms: {} })
    return items
  }
  const escape = text => text.replace(/&/g, "&amp;").replace(/</g, "&lt;")
  const cut = (text, most) => escape(text.length > most ? text.slice(0, text.lastIndexOf(" ", most)) + " …" : text)

  // The commonest word that begins with the last one in the field: the theme shows it there, and takes it on →.
  const completed = question => {
    const last = /[^\s-]*$/.exec(question)[0]
    let best = ["", 0]
    if (last.length > 1) for (const [word, count] of words) if (count > best[1] && word.startsWith(last)) best = [word, count]
    return best[1] ? [best[0]] : []
  }

  addEventListener("message", ({ data: { type, data } }) => {
    if (type === 0) build(data.docs), postMessage({ type: 1 })
    if (type !== 2) return
    const items = search(data)
    postMessage({ type: 3, data: { items, suggest: completed(data) }, nothing: !items.length && data.trim().length > 2 })
  })
})()
