// What the page asks for once it is there; which of it depends on the address.
const wanted = {
  "/": ["/v1/orders?page=1", "/v1/search?q=chair", "/v1/orders/41"],
  "/products/1": ["/v1/orders/7", "/v1/search?q=table&limit=5", "/old/orders/3"],
  "/products/2": ["/v1/orders/13", "/v1/orders/19", "/v1/orders/950"],
  "/products/3": ["/v1/reports/daily", "/v1/payments/5c0f10"],
  "/products/4": ["/v1/search?q=a", "/v1/search?q=ab", "/v1/search?q=abc", "/v1/search?q=abcd", "/v1/search?q=abcde"],
};

async function ask(address, options) {
  const answer = await fetch(address, options).catch((error) => ({ status: String(error) }));
  document.getElementById("log").textContent += `${address} ${answer.status}\n`;
}

async function run() {
  await Promise.all((wanted[location.pathname] ?? []).map((address) => ask(address)));
  const headers = { "content-type": "application/json", "x-tenant-id": "acme" };
  await ask("/v1/orders", { method: "POST", headers, body: JSON.stringify({ items: ["chair"] }) });
  if (location.pathname === "/products/3") {
    const leave = new AbortController();
    setTimeout(() => leave.abort(), 250);
    await ask("/v1/reports/yearly", { signal: leave.signal });
  }
  document.title = "Shop, complete";
}

run();
