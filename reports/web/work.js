
// Files may be dropped where they are chosen.
for (const zone of document.querySelectorAll(".drop")) {
  const input = zone.querySelector('input[type="file"]');
  const over = (event) => { event.preventDefault(); zone.classList.add("over"); };
  zone.addEventListener("dragenter", over);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

// Of a goal, only the fields that its kind has; what holds something or is wrong stays.
const kind = document.getElementById("field-kind");
if (kind) {
  const only = {
    target: ["", "absolute", "relative_growth", "floor", "ceiling", "cadence", "survey_share", "benchmark", "conversion"],
    low: ["range"], high: ["range"], done_on: ["milestone"], confidence: ["survey_share"], peers: ["benchmark"],
  };
  const fit = () => {
    for (const [name, kinds] of Object.entries(only)) {
      const field = document.getElementById("field-" + name);
      const around = field && field.closest(".field");
      if (around) around.hidden = !kinds.includes(kind.value) && !field.value && !around.classList.contains("wrong");
    }
  };
  kind.addEventListener("change", fit);
  fit();
}
