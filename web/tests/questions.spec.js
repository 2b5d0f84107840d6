// Every branch of the questionnaire, what happens to mistakes, and the way out.
import { expect, test } from '@playwright/test';

import { startInstance } from './support/instance.js';
import { openPage, passesAxe, shoot } from './support/page.js';
import { answer, begin, comeBack, currentPage, goOn, lookAtEverything, storyWith, walk } from './support/reporter.js';

let instance;
test.beforeAll(async () => {
  instance = await startInstance();
});
test.afterAll(async () => instance?.stop());

const BRANCHES = {
  'a group that has confronted somebody': storyWith({
    who: { you: 'group' },
    confronted: { met: 'yes', details: 'At the match on Sunday.' },
    posted: { posted: 'streamed', details: 'On Sunday.' },
    route: { route: 'witness' },
    about: { about: ['contact', 'images', 'meet', 'threats'] },
    threats: { now: 'yes', hurt: 'unsure' },
    have: { have: ['messages', 'addresses', 'device'] },
    'have-about': { addresses: 'https://posts.example/1', complete: 'no', missing: 'The first day.' },
    told: { told: ['social-media', 'platform'] },
  }),
  'a child': storyWith({
    danger: { now: 'yes' },
    who: { you: 'under18' },
    route: { route: 'anonymous' },
    child: { real: 'me' },
    person: { known: 'no' },
  }),
  'a teacher who has seen a picture': storyWith({
    who: { you: 'professional' },
    child: { real: 'unknown' },
    'upload-law': { images: 'yes' },
    accounts: {},
    person: { known: 'no' },
  }),
  'somebody with nothing to hand over': storyWith({ who: { you: 'public' }, have: { have: ['nothing'] } }),
};

for (const javaScriptEnabled of [true, false]) {
  for (const [who, answers] of Object.entries(BRANCHES)) {
    test(`${who}, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ browser }) => {
      const page = await openPage(browser, { javaScriptEnabled, viewport: { width: 320, height: 640 } });
      const context = page.context();
      await begin(page, instance.origin, instance.desk('police'));
      const { walked } = await walk(page, { answers, look: lookAtEverything(page) });
      if (who === 'a child' || who.includes('picture')) expect(walked).not.toContain('files');
      await context.close();
    });
  }

  test(`a charity desk is never offered files, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ browser }) => {
    const page = await openPage(browser, { javaScriptEnabled });
    const context = page.context();
    await begin(page, instance.origin, instance.desk('charity'));
    const { walked, words } = await walk(page, {
      look: async (id) => expect(await page.locator('#file').count(), id).toBe(0),
    });
    expect(walked).not.toContain('files');
    await comeBack(page, instance.origin, words);
    await expect(page.locator('#main-content')).toContainText('Your report', { timeout: 60_000 });
    expect(await page.locator('#file').count()).toBe(0);
    await context.close();
  });

  test(`a mistake stands beside its field and loses nothing, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ browser }) => {
    const page = await openPage(browser, { javaScriptEnabled });
    const context = page.context();
    await begin(page, instance.origin, instance.desk('police'));
    await walk(page, { until: 'danger' });
    await goOn(page);
    await expect(page.locator('#error-summary')).toContainText('Choose yes if a child is in danger');
    await expect(page).toHaveTitle(/^Error: /);
    await passesAxe(page, 'danger with a mistake');

    await answer(page, { now: 'no' });
    await goOn(page);
    await walk(page, { until: 'what' });
    const longer = 'Two nil in the rain. '.repeat(953).slice(0, 20_001);
    await answer(page, { story: longer, first: 'in October' });
    await goOn(page);
    await expect(page.locator('#story-error')).toContainText('1 too many');
    await expect(page.locator('[name="story"]')).toHaveValue(longer);
    await expect(page.locator('[name="first"]')).toHaveValue('in October');
    await answer(page, { story: longer.slice(0, 20_000) });
    await goOn(page);
    expect(await currentPage(page)).toBe('have');
    await page.getByRole('button', { name: 'Back' }).click();
    await expect(page.locator('[name="story"]')).toHaveValue(longer.slice(0, 20_000));
    await context.close();
  });

  test(`words with a slip of the pen, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ browser }) => {
    const page = await openPage(browser, { javaScriptEnabled });
    const context = page.context();
    const words = instance.phrase.split(' ');
    await comeBack(page, instance.origin, ['zzzbaseballl', ...words.slice(1)]);
    await expect(page.locator('#error-summary')).toContainText('Word number 1');
    await passesAxe(page, 'return with a mistake');
    await shoot(page, `reporter-return-mistake-${javaScriptEnabled}`);
    await comeBack(page, instance.origin, words.slice(1));
    await expect(page.locator('#error-summary')).toContainText('You have entered 6');
    await comeBack(page, instance.origin, [...words.slice(1), words[0]]);
    await expect(page.locator('#error-summary')).toContainText('We have no report', { timeout: 60_000 });
    await comeBack(page, instance.origin, words.map((word) => word.toUpperCase()).join(' - '));
    await expect(page.locator('h1')).toContainText('Your report', { timeout: 60_000 });
    await context.close();
  });
}

test('a long text counts its characters, quietly, in the language of the page', async ({ browser }) => {
  const page = await openPage(browser, { viewport: { width: 320, height: 640 } });
  await begin(page, instance.origin, instance.desk('police'));
  await walk(page, { until: 'what' });
  const story = page.locator('#story');
  const seen = page.locator('.govuk-character-count__status');
  const heard = page.locator('.govuk-character-count__sr-status');
  await expect(seen).toHaveText('You have 20,000 characters left');
  await expect(heard).toHaveAttribute('aria-live', 'polite');
  await expect(seen).toHaveAttribute('aria-hidden', 'true');

  // The unit is the server's: an emoji is one, a line break is one.
  await story.fill(`${'😀'.repeat(19_997)}\nab`);
  await expect(seen).toHaveText('You have 0 characters left');
  await expect(heard).toHaveText('You have 0 characters left');
  await story.focus();
  await page.keyboard.press('End');
  await page.keyboard.type('c');
  await expect(seen).toHaveText('You have 1 character too many');
  expect(await heard.innerText(), 'not said with every key').toBe('You have 0 characters left');
  await expect(heard).toHaveText('You have 1 character too many');
  // Scrolled, the exit button lies over whatever is below it: that is what it is for.
  await page.evaluate(() => window.scrollTo(0, 0));
  await passesAxe(page, 'a text that is too long');
  await shoot(page, 'reporter-count-320');
  await goOn(page);
  await expect(page.locator('#story-error')).toContainText('20,000 characters. You have 1 too many');
  await expect(seen).toHaveText('You have 1 character too many');
  await page.getByRole('button', { name: 'Cymraeg' }).click();
  await expect(seen).toHaveText('Mae gennych 1 nod yn ormod');
  await page.locator('#story').fill('Pêl-droed.');
  await expect(seen).toHaveText('Mae gennych 19,990 nod ar ôl');
  await page.context().close();
});

for (const javaScriptEnabled of [true, false]) {
  const route = javaScriptEnabled ? /locked on this device before they are sent/ : /without JavaScript.*can read them/;
  test(`pages before a report say which route is in use, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ browser }) => {
    const page = await openPage(browser, { javaScriptEnabled });
    for (const path of ['/', `/desks/${instance.desk('police')}`, '/return', '/left']) {
      await page.goto(`${instance.origin}${path}`);
      await expect(page.locator('#route-notice'), path).toContainText(route);
      await expect(page.locator('#route-notice'), path).not.toContainText(
        javaScriptEnabled ? 'without JavaScript' : 'locked on this device',
      );
      await passesAxe(page, path);
    }
    await shoot(page, `reporter-left-${javaScriptEnabled}`);
    await begin(page, instance.origin, instance.desk('police'));
    const told = javaScriptEnabled ? 0 : 1;
    await expect(page.locator('#keeps')).toHaveCount(told);
    if (told) await expect(page.locator('#keeps')).toContainText('You can send this page until');
    await page.context().close();
  });
}

test('Escape three times leaves at once and leaves nothing behind', async ({ browser }) => {
  const context = await browser.newContext();
  await context.route(/^https?:\/\/(?!127\.0\.0\.1|localhost)/, (route) => route.fulfill({ body: 'the weather' }));
  const page = await context.newPage();
  await begin(page, instance.origin, instance.desk('police'));
  await walk(page, { until: 'what' });
  await answer(page, { story: 'Something nobody else should see.' });
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.href.startsWith(instance.origin));
  await page.goBack().catch(() => {});
  await expect(page.locator('body')).not.toContainText('Something nobody else should see.');
  await expect(page.locator('[name="story"]')).toHaveCount(0);
  await context.close();
});

test('the browser’s own back button walks the questionnaire', async ({ page }) => {
  await begin(page, instance.origin, instance.desk('police'));
  await walk(page, { until: 'route' });
  await page.goBack();
  await expect.poll(() => currentPage(page)).toBe('who');
  await expect(page.locator('input[name="you"][value="parent"]')).toBeChecked();
  await page.goForward();
  await expect.poll(() => currentPage(page)).toBe('route');
});

for (const language of ['cy', 'en-GB']) {
  test(`first pages in ${language}`, async ({ browser }) => {
    for (const width of [320, 1280]) {
      const page = await openPage(browser, { viewport: { width, height: 800 }, javaScriptEnabled: false });
      const context = page.context();
      for (const path of ['/', `/desks/${instance.desk('police')}`, `/desks/${instance.desk('charity')}`, '/return']) {
        await page.goto(`${instance.origin}${path}?lang=${language}`);
        await lookAtEverything(page)(path);
        await shoot(page, `first${path.replaceAll('/', '-')}-${language}-${width}`);
      }
      await context.close();
    }
  });
}
