// Comfort only: every form works without it. What was typed is kept until it has been sent.
for (const box of document.querySelectorAll("form textarea")) {
  const key = location.pathname + "#" + box.id;
  const kept = sessionStorage.getItem(key);
  if (kept && kept !== box.value) {
    box.value = kept;
    box.closest("details")?.setAttribute("open", "");
  }
  box.addEventListener("input", () => sessionStorage.setItem(key, box.value));
  box.form.addEventListener("submit", () => sessionStorage.removeItem(key));
}
// A second tap on a button that is on its way does nothing.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));
const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
target?.closest("details")?.setAttribute("open", "");
// One tap copies a text. A phone that refuses finds it selected, and is told so.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const box = document.getElementById(button.dataset.copy);
    const said = button.closest(".group, section").querySelector("[role=status]");
    said.textContent = "";
    const isDone = await put(box);
    said.textContent = isDone ? button.dataset.done : button.dataset.byHand;
  });
}
async function put(box) {
  try {
    if (navigator.clipboard) return await navigator.clipboard.writeText(box.value), true;
  } catch {
    return select(box), false;
  }
  // No such thing on a page without https: the old way, which may be refused as well.
  select(box);
  return document.execCommand("copy");
}
function select(box) {
  box.closest("details")?.setAttribute("open", "");
  box.focus();
  box.setSelectionRange(0, box.value.length);
}
