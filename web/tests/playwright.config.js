import { defineConfig } from '@playwright/test';

// Debian's Chromium, told not to talk to anybody but the pages under test.
export const launchOptions = {
  executablePath: process.env.SAFEHAND_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.js',
  // Each file has an instance of its own; two cores carry one at a time.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  retries: 0,
  reporter: process.env.SAFEHAND_REPORT ? [['line'], ['json', { outputFile: process.env.SAFEHAND_REPORT }]] : 'line',
  outputDir: '../../target/browser-tests',
  use: { browserName: 'chromium', launchOptions, actionTimeout: 20_000, serviceWorkers: 'block' },
});
