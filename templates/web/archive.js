(function () {
  "use strict";
  var box = document.getElementById("index"), rows = JSON.parse(box.textContent), list = document.getElementById("list");
  var all = Array.from(list.children), found = document.getElementById("found"), field = document.getElementById("q");
  function plain(text) { return text.normalize("NFKC").toLowerCase(); }
  function add(parent, name, text) {
    var e = document.createElement(name);
    if (text) e.textContent = text;
    parent.append(e);
    return e;
  }
  function hit(row, terms) {
    var head = plain(row.head), quotes = row.quotes.map(function (q) { return [q, plain(q[0] + " " + q[1])]; });
    if (!terms.every(function (t) { return head.includes(t) || quotes.some(function (q) { return q[1].includes(t); }); })) return null;
    var article = document.createElement("article");
    add(article, "p", row.line).className = "kicker";
    add(add(article, "h2"), "a", row.title).href = row.address;
    var ul = add(article, "ul");
    ul.className = "excerpts";
    quotes.filter(function (q) { return terms.some(function (t) { return q[1].includes(t); }); }).slice(0, 4).forEach(function (q) {
      var li = add(ul, "li");
      li.dir = "auto";
      add(li, "a", q[0][0]).href = row.address + "#" + q[0][2];
      li.append(" ");
      add(li, "small", "— " + q[0][1]);
    });
    return article;
  }
  function search() {
    var query = field.value.trim().slice(0, 100), terms = plain(query).split(/\s+/).filter(Boolean);
    var hits = terms.length ? rows.map(function (row) { return hit(row, terms); }).filter(Boolean) : all;
    list.replaceChildren.apply(list, hits);
    var said = hits.length ? box.dataset.found : box.dataset.none, parts = said.split("|");
    said = parts.length === 2 ? parts[hits.length === 1 ? 0 : 1] : said;
    found.textContent = terms.length ? said.replace("{n}", hits.length).replace("{query}", function () { return query; }) : "";
  }
  document.getElementById("search").addEventListener("submit", function (e) { e.preventDefault(); search(); });
  field.addEventListener("input", search);
  field.value = new URLSearchParams(location.search).get("q") || "";
  if (field.value) search();
})();
