(function () {
  "use strict";
  var said = document.body.dataset, byId = function (id) { return document.getElementById(id); };
  // A link into the folded log opens it.
  function show() {
    var id = location.hash.slice(1), place;
    try { place = id && byId(decodeURIComponent(id)); } catch (e) { return; }
    var fold = place && place.closest("details");
    if (fold) { fold.open = true; place.scrollIntoView({ block: "center" }); }
  }
  addEventListener("hashchange", show);
  show();
  function button(text, action) {
    var b = document.createElement("button");
    b.type = "button"; b.textContent = text; b.addEventListener("click", function () { action(b); });
    return b;
  }
  // Copy a section: its heading and what follows up to the next heading of its rank, with the link.
  function textOf(head) {
    var stop = head.tagName === "H2" ? "H1 H2" : "H1 H2 H3", lines = [], n = head;
    do {
      var copy = n.cloneNode(true);
      copy.querySelectorAll("button,.here,svg").forEach(function (x) { x.remove(); });
      copy.querySelectorAll("p,li,h3,div,span.num").forEach(function (x) { x.append("\n"); });
      lines.push(copy.textContent.replace(/\n\s*/g, "\n").trim());
      n = n.nextElementSibling;
    } while (n && stop.indexOf(n.tagName) < 0);
    return lines.filter(Boolean).join("\n\n") + "\n\n" + location.href.split("#")[0] + "#" + head.id;
  }
  function put(text, done) {
    function byHand() {
      var area = document.createElement("textarea");
      area.value = text; document.body.append(area); area.select();
      if (document.execCommand("copy")) done();
      area.remove();
    }
    if (navigator.clipboard && isSecureContext) navigator.clipboard.writeText(text).then(done, byHand); else byHand();
  }
  document.querySelectorAll("main > h2[id]:not(#log), main > h3[id]").forEach(function (head) {
    var b = button(said.copy, function (b) {
      put(textOf(head), function () { b.textContent = said.copied; setTimeout(function () { b.textContent = said.copy; }, 2000); });
    });
    b.className = "copy";
    b.setAttribute("aria-label", said.copy + " " + head.textContent.replace("#", "").trim());
    head.append(b);
  });
  // Check this page, off line: what it says against the messages and the record that it carries.
  function one(text) { return text.replace(/\s+/g, " ").trim(); }
  function bare(text) { return text.replace(/\s+/g, ""); }
  function all(query) { return [].slice.call(document.querySelectorAll(query)); }
  function numbers(text) { return (text.match(/\d+/g) || []).join(" "); }
  function percent(part, whole) { return whole ? Math.floor((200 * part + whole) / (2 * whole)) : 0; }
  function sum(list) { return list.reduce(function (a, b) { return a + b; }, 0); }
  // The sum of all letters of the page, as it was when it was written (CRC-32).
  function letters() {
    var copy = document.body.cloneNode(true), crc = -1, k, bytes;
    copy.querySelectorAll("script,style,button,#check").forEach(function (x) { x.remove(); });
    bytes = new TextEncoder().encode(bare(copy.textContent));
    bytes.forEach(function (byte) {
      crc ^= byte;
      for (k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    });
    return ((crc ^ -1) >>> 0).toString(16).padStart(8, "0");
  }
  // What the page must say: key → [kind, text or numbers]. Counts are counted here, not read from the record.
  function facts(r, ps, at) {
    var said = r.voices.match(new RegExp(".{" + r.width + "}", "g")) || [], found = {};
    function counts(v) { return v[0] !== "."; }
    var spoken = said.filter(counts), begins = r.points.map(function (p) { return p[1] ? at[p[1]] : -1; });
    function put(key, kind, value) { found[key] = [kind, String(value)]; }
    put("topic", 4, r.topic);
    put("messages", 3, spoken.length);
    put("speakers", 3, new Set(spoken).size);
    if (r.seats) put("seats", 3, r.seats);
    if (r.waiting) put("waiting", 3, r.waiting);
    r.points.forEach(function (point, k) {
      var key = k + 1, begin = begins[k], next = said.length;
      if (point.length < 5) put("point-" + key, 4, point[0]);
      if (begin < 0 || point.length > 4) return;
      begins.forEach(function (b) { if (b > begin && b < next) next = b; });
      var length = said.slice(begin, next).filter(counts).length;
      // Where an editor left a point out, the one before it does not reach to the next.
      put("count-" + key, 3, point[2] < length ? point[2] : length);
      put("by-" + key, 1, point[3]);
    });
    r.polls.forEach(function (poll, k) {
      var key = k + 1, now = poll[4];
      put("poll-" + key, 5, poll[0]);
      put("total-" + key, 5, poll[3]);
      if (poll[2]) put("changed-" + key, 5, poll[2]);
      poll[1].forEach(function (o, j) {
        var row = key + "-" + (j + 1), share = percent(o[1], now);
        put("option-" + row, 5, o[0]);
        put("votes-" + row, 5, o[1]);
        put("percent-" + row, 5, share);
        if (byRow(row)) {
          var before = percent(o[2], now);
          put("first-" + row, 5, before + (before === share ? "" : " " + Math.abs(share - before)));
        }
      });
    });
    function byRow(row) { return document.querySelector('[data-is="first-' + row + '"]'); }
    r.sources.forEach(function (s, k) { put("source-" + (k + 1), 3, numbers(s[0] + " " + s.slice(1, s[3] ? 5 : 3).join(" "))); });
    return found;
  }
  function check(b) {
    var kinds = said.kinds.split("/"), wrong = [], told = 0, r = JSON.parse(byId("record").textContent);
    var ps = all(".log p[id]"), at = {}, quotes = all("blockquote[data-m]");
    ps.forEach(function (p, k) { at[p.id] = p.dataset.k ? +p.dataset.k : k; });
    function fault(kind, text, place) {
      wrong.push([kind, one(text).slice(0, 60), place]);
      if (place) place.classList.add("bad");
    }
    function speaker(p) {
      // The log names a speaker once for all that follows.
      while (p && !p.querySelector("b bdi")) do p = p.previousElementSibling; while (p && !p.id);
      return p && one(p.querySelector("b bdi").textContent);
    }
    function hour(p) { var a = p && p.querySelector('a[href^="#m-"]'); return a && one(a.textContent); }
    function stands(text, places) {
      return text.split("\u2026").every(function (piece) {
        return places.some(function (t) { return t.indexOf(piece.trim()) >= 0; });
      });
    }
    quotes.forEach(function (q) {
      var from = q.dataset.m.split(" ").map(byId), ok = from.every(Boolean), name = q.querySelector(".by bdi");
      var texts = ok ? from.map(function (p) { return one(p.lastChild.textContent); }) : [];
      q.querySelectorAll(":scope > p").forEach(function (p) {
        told++;
        if (!ok || !stands(one(p.textContent), texts)) fault(0, p.textContent, q);
      });
      if (ok && (!name || one(name.textContent) !== speaker(from[0]))) fault(1, name ? name.textContent : "", q);
    });
    // A time that leads to a message is that message's own.
    all('.by a[href^="#m-"],.where a,.noted a,.links a[href^="#m-"]').forEach(function (a) {
      var p = byId(a.hash.slice(1)), shown = one(a.textContent.split("\u00b7").pop().replace("\u2193", ""));
      if (!p || shown !== hour(p)) fault(2, a.textContent, a);
    });
    // The quotes in the first lines stand in the message that the line leads to, or in a quote of it.
    all('.why li > a[href^="#m-"]').forEach(function (a) {
      var line = one(a.textContent), from = line.indexOf("\u201c"), to = line.lastIndexOf("\u201d"), id = a.hash.slice(1);
      var places = [byId(id)].concat(all('blockquote[data-m^="' + id + '"] p')).filter(Boolean);
      if (from >= 0 && to > from && !stands(line.slice(from + 1, to), places.map(function (p) { return one(p.textContent); }))) fault(0, line, a);
    });
    var wanted = facts(r, ps, at), seen = {};
    all("[data-is]").forEach(function (x) {
      var key = x.dataset.is, fact = wanted[key], text = x.textContent;
      seen[key] = true;
      if (!fact) return fault(8, text, x);
      told++;
      var isText = /^(topic|by|point|poll|option)/.test(key);
      var is = isText ? bare(text) === bare(fact[1].replace(/`([^`\n]+)`/g, /^(topic|point)/.test(key) ? "$1" : "$&")) : numbers(text) === fact[1];
      if (!is) fault(fact[0], text, x);
    });
    Object.keys(wanted).forEach(function (key) { if (!seen[key]) fault(7, wanted[key][1]); });
    // A bar is as long as its number says.
    all(".poll .row").forEach(function (row) {
      var bars = row.querySelectorAll("rect"), share = row.querySelector('[data-is^="percent"]'), was = row.querySelector("rect.was"), first = row.querySelector(".was[data-is]");
      if (bars.length > 1 && (!share || bars[1].getAttribute("width") !== numbers(share.textContent))) fault(6, row.firstElementChild.textContent, row);
      if (was && (!first || was.getAttribute("x") !== numbers(first.textContent).split(" ")[0])) fault(6, row.firstElementChild.textContent, row);
    });
    var isWhole = ps.length * r.width === r.voices.length;
    if (!isWhole && !ps.some(function (p) { return p.dataset.k; })) fault(7, kinds[0]);
    if (!wrong.length && letters() !== said.sum) fault(8, "");
    result(b, wrong, kinds, { n: quotes.length, k: told, m: ps.length, all: r.voices.length / r.width }, isWhole);
  }
  function fill(text, values) { return text.replace(/\{(\w+)\}/g, function (x, name) { return values[name]; }); }
  function result(b, wrong, kinds, values, isWhole) {
    var box = byId("check"), list = document.createElement("ul");
    function line(text, kind) { var p = document.createElement("p"); p.textContent = text; p.className = kind; box.append(p); }
    b.remove();
    line(wrong.length ? fill(said.failed, { n: wrong.length }) : fill(said.done, values), "all");
    wrong.slice(0, 8).forEach(function (w) {
      var li = document.createElement("li"), kind = document.createElement("b");
      kind.textContent = kinds[w[0]];
      li.append(kind, w[1] ? " " + w[1] : "");
      if (w[2]) li.addEventListener("click", function () { w[2].scrollIntoView({ block: "center" }); });
      list.append(li);
    });
    if (wrong.length) box.append(list);
    if (!isWhole) line(fill(said.part, values), "");
    line(said.limit, "");
  }
  byId("check").append(button(said.check, check));
})();
