// The linter: looks at a text while it is written, a moment after the last key, and says below it what is to be changed.
(() => {
  "use strict";
  const AFTER = 400;
  const put = (parent, tag, text, name) => {
    const made = parent.appendChild(document.createElement(tag));
    if (name) made.className = name;
    made.textContent = text;
    return made;
  };
  const show = (box, found, hasText) => {
    box.textContent = "";
    if (found.findings.length) {
      const list = put(box, "ol", "", "lines");
      found.findings.forEach((one) => {
        const item = put(list, "li", "");
        put(item, "b", box.dataset.line.replace("{n}", one.line));
        item.append(` ${one.what}`);
        put(item, "br", "");
        put(item, "small", one.now);
      });
    } else if (hasText) put(box, "p", `✓ ${box.dataset.fine}`, "fine");
    const over = found.lengths.filter((one) => box.dataset.copied || one.long > one.longest);
    const list = put(box, "ul", "", "lengths");
    over.forEach((one) => {
      const item = put(list, "li", `${one.platform} `, one.long > one.longest ? "over" : "");
      put(item, "span", `${one.long} / ${one.longest} ${one.unit}`);
    });
    if (box.dataset.copied && found.plain.trim()) {
      put(box, "h2", box.dataset.copied);
      put(box, "p", found.plain, "words plain-words").dir = "auto";
    }
  };
  document.querySelectorAll("textarea[data-lint]").forEach((area) => {
    const box = document.getElementById(area.dataset.lint), form = area.form;
    let timer = 0, asked = 0;
    const look = async () => {
      const number = ++asked, body = new URLSearchParams({ text: area.value, as: area.dataset.as || (form.elements.as && form.elements.as.checked ? "plain" : "") });
      try {
        const answer = await fetch(area.dataset.at || form.action, { method: "POST", headers: { Accept: "application/json" }, body });
        // An answer that comes late is of an older text.
        if (answer.ok && number === asked) show(box, await answer.json(), area.value.trim() !== "");
      } catch (error) { /* No line just now: the next key asks again, and the button always does. */ }
    };
    const soon = () => { clearTimeout(timer); timer = setTimeout(look, AFTER); };
    area.addEventListener("input", soon);
    if (form.elements.as) form.elements.as.addEventListener("change", soon);
    if (area.value.trim()) soon();
  });
})();
