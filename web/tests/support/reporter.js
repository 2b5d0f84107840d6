// Walking the questionnaire as a person would: read the page, answer it, go on.
import { expect } from '@playwright/test';

import { fitsTheScreen, passesAxe } from './page.js';

/** The answers of the story, by page and field. Football, homework and the weather. */
export const STORY = {
  danger: { now: 'no' },
  call: { done: 'carry-on' },
  who: { you: 'parent' },
  professional: { role: 'Football coach', lead: 'yes' },
  confronted: { met: 'no' },
  posted: { posted: 'no' },
  decoy: { child: 'adult' },
  route: { route: 'confidential' },
  contact: { name: 'Robin Plover', phone: '07700 900461', other: 'by text, after six' },
  witness: { name: 'Robin Plover', phone: '07700 900461', statement: 'yes', device: 'yes' },
  about: { about: ['contact', 'meet'] },
  images: { where: 'https://pictures.example/weather' },
  meeting: { when: 'soon', where: 'By the football pitch in Wendlebury' },
  threats: { now: 'no', hurt: 'no' },
  child: { real: 'yes' },
  'child-about': { name: 'J.', age: 'age11to12', area: 'Wendlebury', contact: 'yes', safe: 'yes' },
  accounts: {
    'accounts-0-platform': 'Chatterbox',
    'accounts-0-handle': 'rain_or_shine_77',
    'accounts-0-shown-name': 'Coach Heron',
  },
  person: { known: 'yes' },
  'person-about': { name: 'Sam Heron', age: 'about 40', area: 'Bicester', children: 'yes', how: ['said', 'phone'] },
  describe: { text: 'Somebody who talks about the weather.' },
  what: {
    story: 'They wrote about football every day after homework.\nThen they asked to meet at the match.',
    first: 'early in October',
    last: 'yesterday evening',
  },
  have: { have: ['messages'] },
  'have-about': { complete: 'yes', copies: 'Nobody else has a copy.' },
  'upload-law': { images: 'no' },
  held: { where: 'On the tablet, which is switched off.' },
  told: { told: ['nobody'] },
  public: { where: 'https://posts.example/1', up: 'no' },
  declaration: { agree: ['true'] },
};

/** Changes some answers of the story. */
export const storyWith = (changes) => ({ ...STORY, ...changes });

/** The page of the questionnaire that is shown, or none. */
export const currentPage = (page) =>
  page.locator('form[data-page]').evaluateAll(([form]) => form?.getAttribute('data-page') ?? null);

/** By mouse or touch. */
export const pointer = {
  async choose(page, name, value) {
    const input = page.locator(`input[name="${name}"][value="${value}"]`);
    if (!(await input.isChecked())) await page.locator(`label[for="${await input.getAttribute('id')}"]`).click();
  },
  async type(page, name, text) {
    await page.locator(`[name="${name}"]`).fill(text);
  },
  async press(page, button) {
    await button.click();
  },
};

/** By keyboard alone: nothing is clicked, everything is reached with Tab and the arrows. */
export const keyboard = {
  async choose(page, name, value) {
    const input = page.locator(`input[name="${name}"][value="${value}"]`);
    if ((await input.getAttribute('type')) === 'checkbox') {
      if (await input.isChecked()) return;
      await tabTo(page, input);
      await page.keyboard.press('Space');
    } else {
      // Tab stops once at a group of radios, the arrows walk through it.
      await tabTo(page, page.locator(`input[name="${name}"]`), true);
      for (let steps = 0; steps < 12 && !(await input.isChecked()); steps += 1) {
        await page.keyboard.press('Space');
        if (!(await input.isChecked())) await page.keyboard.press('ArrowDown');
      }
    }
    await expect(input).toBeChecked();
  },
  async type(page, name, text) {
    await tabTo(page, page.locator(`[name="${name}"]`));
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(text);
  },
  async press(page, button) {
    await tabTo(page, button);
    await page.keyboard.press('Enter');
  },
};

async function tabTo(page, target, any = false) {
  for (let steps = 0; steps < 120; steps += 1) {
    const there = any
      ? await target.evaluateAll((elements) => elements.includes(document.activeElement))
      : await target.evaluate((element) => element === document.activeElement);
    if (there) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches ${target}`);
}

/** Fills in the fields of the page that is shown. */
export async function answer(page, answers, hand = pointer) {
  for (const [name, value] of Object.entries(answers)) {
    const input = page.locator(`[name="${name}"]`).first();
    if ((await input.count()) === 0) continue;
    const kind = await input.evaluate((element) => element.type ?? '');
    if (kind === 'submit') continue;
    if (kind === 'radio' || kind === 'checkbox') {
      for (const choice of [value].flat()) await hand.choose(page, name, choice);
    } else {
      await hand.type(page, name, value);
    }
  }
}

/** Presses the button that goes on, and waits for another page or for mistakes. */
export async function goOn(page, answers = {}, hand = pointer) {
  const before = await currentPage(page);
  // An interruption may offer several buttons, each an answer.
  const button =
    answers.done === undefined
      ? page.locator('main button[name="do"][value="continue"]').last()
      : page.locator(`main button[name="done"][value="${answers.done}"]`);
  await hand.press(page, button);
  await expect
    .poll(async () => (await currentPage(page)) !== before || (await page.locator('#error-summary').count()) > 0, {
      timeout: 60_000,
    })
    .toBe(true);
}

/** Opens the questionnaire of a desk. */
export async function begin(page, origin, desk, hand = pointer) {
  await page.goto(`${origin}/desks/${desk}`);
  const start = page.locator('main .govuk-button--start, main a.govuk-button, main button.govuk-button').first();
  // The notice of the route may change, and move the button, in the very moment in which it is pressed.
  await expect(async () => {
    if ((await currentPage(page)) !== 'leave') await hand.press(page, start);
    await expect(page.locator('form[data-page="leave"]')).toBeVisible({ timeout: 10_000 });
  }).toPass({ timeout: 60_000 });
}

/**
 * Walks from the first page to the receipt. `look` is called on every page before it is answered.
 * Answers with the seven words and the pages that were walked.
 */
export async function walk(page, { answers = STORY, files = [], hand = pointer, look = async () => {}, until = null } = {}) {
  const walked = [];
  for (let steps = 0; steps < 60; steps += 1) {
    const id = await currentPage(page);
    if (id === null || id === until) break;
    walked.push(id);
    await look(id);
    if (id === 'files' && files.length > 0) await addFiles(page, files, hand);
    await answer(page, answers[id] ?? {}, hand);
    await goOn(page, answers[id], hand);
    if ((await page.locator('#error-summary').count()) > 0) {
      throw new Error(`on ${id}: ${await page.locator('#error-summary').innerText()}`);
    }
  }
  if (until !== null) return { walked };
  await expect(page.locator('#words li')).toHaveCount(7, { timeout: 60_000 });
  await look('receipt');
  return { walked, words: await page.locator('#words li').allInnerTexts() };
}

/** Chooses files and waits until each is listed as added. */
export async function addFiles(page, files, hand = pointer) {
  await page.locator('#file').setInputFiles(files);
  const send = page.locator('#file-send');
  if (await send.isVisible()) await hand.press(page, send);
  for (const { name } of files) {
    await expect(page.locator('#files-taken')).toContainText(name, { timeout: 120_000 });
  }
}

/** Checks on every page: nothing for axe, nothing wider than the screen, help and exit in place. */
export function lookAtEverything(page) {
  return async (id) => {
    await passesAxe(page, id);
    await fitsTheScreen(page, id);
    await expect(page.locator('#help'), id).toContainText('999');
    await expect(page.locator('#exit .govuk-exit-this-page__button'), id).toBeVisible();
    await expect(page.locator('#route-notice'), id).toBeVisible();
  };
}

/** A chat export as WhatsApp writes it. */
export const chatExport = (name = 'WhatsApp Chat with Coach Heron.txt') => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(
    [
      '03/10/2026, 16:02 - Messages and calls are end-to-end encrypted.',
      '03/10/2026, 16:02 - Coach Heron: Did you see the match on Saturday?',
      '03/10/2026, 16:05 - J: yes! two nil in the rain',
      '04/10/2026, 17:40 - Coach Heron: Homework done? We could practise shots.',
      '04/10/2026, 17:41 - J: nearly, maths is long today',
      '',
    ].join('\n'),
  ),
});

/** Opens the report with its seven words. */
export async function comeBack(page, origin, words, hand = pointer) {
  await page.goto(`${origin}/return`);
  await hand.type(page, 'phrase', [words].flat().join(' '));
  await hand.press(page, page.locator('main button[name="do"][value="continue"]').last());
}
