// Comfort only: every form works without it. What was typed is kept until it has been sent.
for (const box of document.querySelectorAll("textarea")) {
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
const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
target?.closest("details")?.setAttribute("open", "");
