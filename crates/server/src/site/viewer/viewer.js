// Shows one file that a list did not know: blurred, grey, small and silent, until it is held. This page has no origin, no
// network and no way to the console but the messages below.
const stage = document.getElementById("stage");
const hold = document.getElementById("hold");
const moment = document.getElementById("moment");
const toggles = [document.getElementById("colour"), document.getElementById("large")];
const TEN_SECONDS = 10_000;
const home = new URL(location.href).origin;

let address;
let since = 0;
let timer = 0;

const tell = (message) => parent.postMessage(message, home);

function reveal() {
  if (since) return;
  since = performance.now();
  stage.classList.add("revealed");
  hold.setAttribute("aria-pressed", "true");
}

function cover() {
  clearTimeout(timer);
  moment.setAttribute("aria-pressed", "false");
  if (!since) return;
  stage.classList.remove("revealed");
  hold.setAttribute("aria-pressed", "false");
  tell({ seen: Math.round(performance.now() - since) });
  since = 0;
}

const isPress = (event) => event.key === " " || event.key === "Enter";
hold.addEventListener("pointerdown", (event) => {
  if (event.button === 0) reveal();
});
for (const end of ["pointerup", "pointercancel", "pointerleave", "blur"]) hold.addEventListener(end, cover);
hold.addEventListener("keydown", (event) => {
  if (!isPress(event)) return;
  event.preventDefault();
  reveal();
});
hold.addEventListener("keyup", (event) => {
  if (isPress(event)) cover();
});
// Not everybody can hold a key or a button down.
moment.addEventListener("click", () => {
  if (since) {
    cover();
    return;
  }
  reveal();
  moment.setAttribute("aria-pressed", "true");
  timer = setTimeout(cover, TEN_SECONDS);
});
for (const toggle of toggles) {
  toggle.addEventListener("click", () => {
    const on = stage.classList.toggle(toggle.id);
    toggle.setAttribute("aria-pressed", String(on));
  });
}
addEventListener("blur", cover);
document.addEventListener("visibilitychange", cover);
addEventListener("contextmenu", (event) => event.preventDefault());
addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  cover();
  tell({ leave: true });
});

const KINDS = { picture: "img", film: "video", sound: "audio" };

function show({ bytes, as, type }) {
  const element = document.createElement(KINDS[as]);
  address = URL.createObjectURL(new Blob([bytes], { type }));
  const failed = () => {
    stage.replaceChildren();
    tell({ failed: true });
  };
  if (as === "picture") {
    element.alt = "The picture that was handed over";
    element.draggable = false;
  } else {
    element.controls = true;
    element.muted = true;
    element.disableRemotePlayback = true;
    element.setAttribute("controlslist", "nodownload noremoteplayback");
  }
  element.addEventListener("error", failed);
  element.src = address;
  stage.replaceChildren(element);
  const covered = as === "sound";
  for (const button of [hold, moment, ...toggles]) button.hidden = covered;
}

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || origin !== home) return;
  // The hand has left the frame, or let go somewhere else.
  if (data.cover) cover();
  if (address) return;
  if (data.bytes instanceof ArrayBuffer && data.as in KINDS) show(data);
});
