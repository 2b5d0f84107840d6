// The whole story: a report is made, received, read and answered. Four kinds of reporter, one desk.
import { readFileSync } from 'node:fs';

import { expect, test } from '@playwright/test';

import { startInstance } from './support/instance.js';
import { note, openReport, part, reply, saveFirstFile, signIn } from './support/officer.js';
import { openPage, shoot, watch } from './support/page.js';
import { begin, chatExport, comeBack, keyboard, lookAtEverything, pointer, walk } from './support/reporter.js';

let instance;
test.beforeAll(async () => {
  instance = await startInstance();
});
test.afterAll(async () => instance?.stop());

const REPORTERS = [
  { name: 'with JavaScript, at a desk', options: {}, hand: pointer, route: /on this device/ },
  { name: 'without JavaScript', options: { javaScriptEnabled: false }, hand: pointer, route: /without JavaScript/ },
  {
    name: 'on a phone 320 px wide',
    options: { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
    hand: pointer,
    route: /on this device/,
  },
  { name: 'with the keyboard only', options: {}, hand: keyboard, route: /on this device/ },
];

for (const { name, options, hand, route } of REPORTERS) {
  test(`a report is made, read and answered ${name}`, async ({ browser }) => {
    const file = chatExport();
    const page = await openPage(browser, options);
    const context = page.context();
    const stayedHome = watch(page, instance.origin);
    const slug = name.replaceAll(/\W+/g, '-');

    await begin(page, instance.origin, instance.desk('police'), hand);
    await expect(page.locator('#route-notice')).toContainText(route);
    const address = page.url();
    const look = lookAtEverything(page);
    const { words, walked } = await walk(page, {
      files: [file],
      hand,
      look: async (id) => {
        await look(id);
        await shoot(page, `reporter-${slug}-${id}`);
      },
    });
    expect(walked).toContain('files');
    expect(page.url(), 'the address never tells where the person is').toBe(address);
    await expect(page.locator('main')).toContainText(file.name);
    if (options.javaScriptEnabled !== false) {
      const kept = await page.evaluate(async () => [
        localStorage.length,
        sessionStorage.length,
        document.cookie,
        (await indexedDB.databases()).length,
        (await caches.keys()).length,
      ]);
      expect(kept, 'nothing is stored on the device').toEqual([0, 0, '', 0, 0]);
    }
    expect(await context.cookies()).toEqual([]);

    // The proof: told in a sentence, saved as a file, and checked offline by somebody else's tool.
    await expect(page.locator('#log')).toContainText(/Your report is entry [\d,]+ in our log\./);
    const checked = 'This page has checked it on your device.';
    if (options.javaScriptEnabled === false) await expect(page.locator('#log')).not.toContainText(checked);
    else await expect(page.locator('#log')).toContainText(checked);
    await expectProof(await saveProof(page, hand), words, file);

    // The page does not let go before the words are safe.
    await hand.press(page, page.locator('main button[name="do"][value="continue"]').last());
    await expect(page.locator('#error-summary')).toBeVisible();
    await hand.choose(page, 'written', 'yes');
    await hand.press(page, page.locator('main button[name="do"][value="continue"]').last());
    await expect(page.locator('#words')).toHaveCount(0);

    // The officer.
    const office = await openPage(browser);
    const desk = office.context();
    await signIn(office, instance.origin, instance.member('police', 'investigator'));
    await openReport(office, 'Chatterbox');
    await part(office, 'Answers');
    await expect(office.locator('main')).toContainText('They wrote about football every day after homework.');
    await expect(office.locator('main')).toContainText('A meeting is planned within 72 hours');
    await part(office, 'People');
    await expect(office.locator('main')).toContainText('rain_or_shine_77');
    await expect(office.locator('main')).toContainText('Sam Heron');
    await part(office, 'Files');
    await expect(office.locator('main')).toContainText(file.name);
    const saved = await saveFirstFile(office);
    expect(saved.bytes.equals(file.buffer), 'the file is what was handed over').toBe(true);
    expect(saved.name, 'saved under a neutral name').not.toContain('Heron');
    const question = `Thank you. Do you still have the tablet? (${slug})`;
    await part(office, 'Dialogue');
    await reply(office, question);
    await part(office, 'Notes');
    await note(office, 'Looks like the report of last week about the football club.');

    // And back.
    const again = await openPage(browser, options);
    const later = again.context();
    await comeBack(again, instance.origin, words, hand);
    await expect(again.locator('main')).toContainText(question, { timeout: 60_000 });
    await expect(again.locator('main')).not.toContainText('Looks like the report of last week');
    await lookAtEverything(again)('dialogue');
    await shoot(again, `reporter-${slug}-dialogue`);
    await expect(again.locator('#log')).toContainText(/Your report is entry [\d,]+ in our log\./);
    await expectProof(await saveProof(again, hand), words, file);
    const answer = 'Yes, it is in a drawer, switched off.';
    await hand.type(again, 'text', answer);
    await hand.press(again, again.locator('main button[value="reply"]'));
    await expect(again.locator('main')).toContainText(answer);

    await part(office, 'Dialogue');
    // A reload wipes the keys: that is meant. The officer signs in again and is back at the report.
    await office.reload();
    await signIn(office, instance.origin, instance.member('police', 'investigator'), /^Report/);
    await part(office, 'Dialogue');
    await expect(office.locator('main')).toContainText(answer);
    await office.getByRole('button', { name: 'Close' }).click();
    await expect(office.getByRole('button', { name: 'Open again' })).toBeVisible();

    stayedHome();
    await Promise.all([context.close(), desk.close(), later.close()]);
  });
}

/** Saves the proof; answers where it is. */
async function saveProof(page, hand) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    hand.press(page, page.locator('main button[value="proof"]')),
  ]);
  expect(download.suggestedFilename(), 'a name that says nothing').toBe('proof.txt');
  return download.path();
}

/** What a receipt proves: with the words and the original that this file was received; no other file is. */
async function expectProof(path, words, file) {
  const receipt = readFileSync(path, 'utf8');
  expect(receipt).toContain('safehand-receipt v1');
  for (const secret of [words.join(' '), file.name, 'Heron']) expect(receipt).not.toContain(secret);
  const { passed, checks } = instance.verifyReceipt(path, words.join(' '), [file]);
  expect(passed, JSON.stringify(checks)).toBe(true);
  expect(checks.at(-1).says).toContain(`is what was received as “${file.name}”`);
  const other = { ...file, buffer: Buffer.from(file.buffer.toString().replace('Saturday', 'Sunday__')) };
  expect(instance.verifyReceipt(path, words.join(' '), [other]).passed, 'another file is not').toBe(false);
}
