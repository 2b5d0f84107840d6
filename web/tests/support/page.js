// What every page must be, whoever it is for.
import { expect } from '@playwright/test';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = join(here, '../../../target/screenshots');

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** No violation that axe-core knows of, on the page as it is now. */
export async function passesAxe(page, where) {
  const violations = await runAxe(page);
  const told = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => n.html).join('\n  ')}`);
  expect(told, `axe on ${where}`).toEqual([]);
}

const scriptless = new WeakSet();

/** A page in a context of its own. */
export async function openPage(browser, options = {}) {
  const page = await (await browser.newContext(options)).newPage();
  if (options.javaScriptEnabled === false) scriptless.add(page);
  return page;
}

async function runAxe(page) {
  if (!scriptless.has(page)) return axeOn(page);
  // axe needs timers, which such a page has not: it looks at the same document beside it.
  const html = (await page.content()).replaceAll(/<script[\s\S]*?<\/script>/g, '');
  const copy = await page.context().browser().newPage({ viewport: page.viewportSize() });
  try {
    await copy.route(page.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
    await copy.goto(page.url());
    return await axeOn(copy);
  } finally {
    await copy.context().close();
  }
}

async function axeOn(page) {
  // Debugging calls are not bound by the page's content security policy, so that axe runs under the
  // very policy that visitors get.
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  const run = `${axe}; axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then((r) => JSON.stringify(r.violations))`;
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: run,
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return JSON.parse(result.value);
}

/** Nothing has to be scrolled sideways (WCAG 1.4.10). */
export async function fitsTheScreen(page, where) {
  const session = await page.context().newCDPSession(page);
  const { cssLayoutViewport, cssContentSize } = await session.send('Page.getLayoutMetrics');
  await session.detach();
  expect(cssContentSize.width, `${where} is wider than the screen`).toBeLessThanOrEqual(cssLayoutViewport.clientWidth + 1);
}

/** A picture of the page, for a person to look at. */
export async function shoot(page, name) {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

/** Fails the test on anything the page asks of another origin, and on any script error. */
export function watch(page, origin) {
  const wrong = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob|about):/.test(url)) wrong.push(`asked for ${url}`);
  });
  page.on('pageerror', (error) => wrong.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (401|404|409|422|428)/.test(message.text())) {
      wrong.push(`console: ${message.text()}`);
    }
  });
  return () => expect(wrong).toEqual([]);
}
