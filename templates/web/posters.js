// The picture follows the choice at once; without this the button does the same.
(() => {
  "use strict";
  const form = document.getElementById("look"), picture = document.getElementById("picture");
  const choice = document.getElementById("choice"), kind = form.elements.kind;
  form.querySelector("button").hidden = true;
  form.addEventListener("change", (e) => {
    // Another kind may have other formats: the page knows which.
    if (e.target === kind) return form.requestSubmit ? form.requestSubmit() : form.submit();
    const { theme, format } = form.elements;
    picture.classList.add("coming");
    picture.src = `${form.dataset.base}${kind.value}.${format.value}.${theme.value}.${form.dataset.language}.png`;
    if (choice) choice.value = theme.value;
  });
  const trouble = document.getElementById("trouble");
  const seen = (e) => {
    picture.classList.remove("coming");
    trouble.hidden = e.type === "load";
  };
  picture.addEventListener("load", seen);
  picture.addEventListener("error", seen);
})();
