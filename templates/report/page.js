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
  // Check every quote against the log in this page, offline: letter for letter, at the time that it names.
  function one(text) { return text.replace(/\s+/g, " ").trim(); }
  function check(b) {
    var bad = 0, quotes = document.querySelectorAll("blockquote[data-m]");
    quotes.forEach(function (q) {
      var ps = q.dataset.m.split(" ").map(byId), ok = ps.every(Boolean);
      var texts = ok ? ps.map(function (p) { return one(p.lastChild.textContent); }) : [];
      q.querySelectorAll(":scope > p").forEach(function (p) {
        one(p.textContent).split("…").forEach(function (piece) {
          ok = ok && texts.some(function (t) { return t.indexOf(piece.trim()) >= 0; });
        });
      });
      var name = q.querySelector(".by bdi"), p = ps[0];
      // The log names a speaker once for all that follows.
      while (p && !p.querySelector("b bdi")) do p = p.previousElementSibling; while (p && p.tagName !== "P");
      ok = ok && !!p && (!name || one(name.textContent) === one(p.querySelector("b bdi").textContent));
      if (!ok) { bad++; q.classList.add("bad"); }
    });
    // The quotes in the first lines stand in the message that the line leads to, or in a quote of it.
    document.querySelectorAll('.why li > a[href^="#m-"]').forEach(function (a) {
      var line = one(a.textContent), from = line.indexOf("\u201c"), to = line.lastIndexOf("\u201d"), id = a.hash.slice(1);
      var told = [byId(id)].concat([].slice.call(document.querySelectorAll('blockquote[data-m^="' + id + '"] p')));
      if (from >= 0 && to > from && !line.slice(from + 1, to).split("\u2026").every(function (piece) {
        return told.some(function (p) { return p && one(p.textContent).indexOf(piece.trim()) >= 0; });
      })) { bad++; a.classList.add("bad"); }
    });
    var all = document.querySelectorAll(".log p[id]").length;
    if (!bad && String(all) !== said.messages) bad = 1;
    byId("check").textContent = bad ? said.failed.replace("{n}", bad) : said.done.replace("{n}", quotes.length).replace("{m}", all);
    b.remove();
  }
  byId("check").append(button(said.check, check));
})();
