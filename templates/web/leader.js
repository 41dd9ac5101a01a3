// Comfort for the old browsers inside chat apps: no new syntax here. Without it everything works by hand.
(function () {
  "use strict";
  function each(what, run) {
    Array.prototype.forEach.call(document.querySelectorAll(what), run);
  }
  // Selected, so that a long press offers to copy it: where the clipboard is refused that is what is left.
  function select(box) {
    var range = document.createRange(), chosen = window.getSelection();
    box.focus();
    range.selectNodeContents(box);
    chosen.removeAllRanges();
    chosen.addRange(range);
  }
  function byHand(box, say) {
    var done = false;
    select(box);
    try {
      done = document.execCommand("copy");
    } catch (refused) {}
    say(done);
  }
  each("[data-copy]", function (button) {
    var box = document.getElementById(button.getAttribute("data-copy"));
    var told = button.parentNode.querySelector(".told");
    function say(isDone, isSelected) {
      told.textContent = (isDone ? button.getAttribute("data-done") : "") + (isSelected ? " " + button.getAttribute("data-by-hand") : "");
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      // Said anew for who listens to the page.
      told.textContent = "";
      var clipboard = navigator.clipboard;
      if (!clipboard || !clipboard.writeText) return byHand(box, function (done) { say(done, true); });
      clipboard.writeText(box.textContent).then(
        function () { say(true, false); },
        // Refused: what the old way says now is not to be trusted.
        function () { byHand(box, function () { say(false, true); }); }
      );
    });
  });
  // A second tap on a button that is on its way does nothing.
  each("form", function (form) {
    form.addEventListener("submit", function (event) {
      if (form.getAttribute("data-sent")) event.preventDefault();
      form.setAttribute("data-sent", "1");
    });
  });
  window.addEventListener("pageshow", function () {
    each("form", function (form) { form.removeAttribute("data-sent"); });
  });
  // What can be undone for a minute is offered for a minute.
  each("[data-seconds]", function (form) {
    setTimeout(function () { form.hidden = true; }, form.getAttribute("data-seconds") * 1000);
  });
  // Back from the group after a while: what others have done meanwhile shows.
  var left = 0;
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) left = Date.now();
    else if (left && Date.now() - left > 300000) location.reload();
  });
})();
