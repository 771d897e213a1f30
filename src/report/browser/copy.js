/** Buttons that copy the command beside them. Without this script a click on the command selects it. */
(() => {
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = button.previousElementSibling;
      getSelection().selectAllChildren(code);
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Selected"; // where the clipboard is not to be had, the selection can be copied by hand
      }
    });
  }
})();
