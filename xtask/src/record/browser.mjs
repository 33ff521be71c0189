// Loads the pages of the shop in a headless browser and keeps what it saw as HAR.
//
// Arguments: the browser's program, the file to write, the file for the version.

import { createHash, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [program, har, versions] = process.argv.slice(2);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// The gateway's certificate counts as valid: a browser resumes no TLS session with a bad one.
const key = new X509Certificate(readFileSync("server.pem")).publicKey.export({ type: "spki", format: "der" });
const fingerprint = createHash("sha256").update(key).digest("base64");

// A browser that hangs ends the run.
setTimeout(() => process.exit(3), 120_000).unref();

const browser = await chromium.launch({
  executablePath: program,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions",
    `--ignore-certificate-errors-spki-list=${fingerprint}`,
    "--host-resolver-rules=MAP shop.example 127.0.0.1, MAP * ~NOTFOUND",
  ],
});
writeFileSync(versions, browser.version());
const context = await browser.newContext({
  recordHar: { path: har, content: "omit", mode: "full" },
  extraHTTPHeaders: { "accept-language": "en-GB,en;q=0.8" },
});
const page = await context.newPage();

async function visit(address) {
  await page.goto(address, { waitUntil: "load", timeout: 10_000 }).catch(() => {});
  await page.waitForFunction(() => document.title !== "Shop", undefined, { timeout: 5_000 }).catch(() => {});
}

const http = "http://shop.example:8000";
const https = "https://shop.example:8443";
for (const path of ["/", "/products/1", "/products/2", "/products/3", "/products/4", "/account", "/gone"]) {
  await visit(http + path);
}
for (const path of ["/", "/products/1", "/products/2"]) {
  await visit(https + path);
  // Longer than the gateway keeps a connection, so that the next page resumes the TLS session.
  await pause(2_600);
}
await visit(http + "/");
await page.reload({ waitUntil: "load" }).catch(() => {});
await pause(500);
await page.fill("input[name=user]", "ada").catch(() => {});
await visit(http + "/login");
await page.fill("input[name=user]", "ada");
await page.click("button");
await pause(700);
await context.close();
await browser.close();
