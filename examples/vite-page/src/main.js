const count = Number(localStorage.getItem("count") ?? 0) + 1;
localStorage.setItem("count", String(count));
document.querySelector("#count").textContent = count;
