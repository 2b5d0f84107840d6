// Counts the bytes that Chromium receives for a page with everything that belongs to it, once without
// JavaScript and once with. Arguments: the folder with Playwright in its node_modules, Chromium, the URL.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [folder, executablePath, url] = process.argv.slice(2)
const { chromium } = createRequire(join(folder, 'package.json'))('playwright-core')

async function bytesOf (browser, javaScriptEnabled) {
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  let bytes = 0
  await session.send('Network.enable')
  session.on('Network.loadingFinished', event => { bytes += event.encodedDataLength })
  // Workers fetch on targets of their own.
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true })
  page.on('worker', () => {})
  await page.goto(url, { waitUntil: 'networkidle' })
  await page.waitForTimeout(1500)
  await context.close()
  return bytes
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const nojs = await bytesOf(browser, false)
const js = await bytesOf(browser, true)
await browser.close()
console.log(JSON.stringify({ nojs, js }))
