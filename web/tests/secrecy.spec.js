// Strings that nobody else would write are put everywhere a person can write. Then everything the
// server keeps is searched, and, in the sealed route, everything the browser sent.
import { expect, test } from '@playwright/test';

import { found, searchFolder } from './support/canary.js';
import { startInstance } from './support/instance.js';
import { note, openReport, part, reply, signIn } from './support/officer.js';
import { openPage } from './support/page.js';
import { begin, comeBack, STORY, walk } from './support/reporter.js';

/** The story with a canary in every line that can be typed; `mark` tells the routes apart. */
function marked(mark) {
  const canaries = [];
  const canary = (place) => {
    const text = `${mark} plover ${place} Σ${mark.length}7 rides north`;
    canaries.push(text);
    return text;
  };
  const answers = {};
  for (const [page, fields] of Object.entries(STORY)) {
    answers[page] = {};
    for (const [name, value] of Object.entries(fields)) {
      const typed = typeof value === 'string' && /[ .A-Z]/.test(value) && name !== 'phone';
      answers[page][name] = typed ? canary(`${page} ${name}`) : value;
    }
  }
  const file = {
    name: `${canary('file name').replaceAll(' ', '_')}.txt`,
    mimeType: 'text/plain',
    buffer: Buffer.from(`${canary('file').repeat(3)}\n`.repeat(4000)),
  };
  canaries.push(file.name);
  return { answers, file, canary, canaries };
}

for (const route of ['device', 'server']) {
  test(`nothing readable is kept or sent: ${route} route`, async ({ browser }) => {
    const instance = await startInstance({ recorded: true });
    try {
      const told = marked(route === 'device' ? 'kestrel' : 'bittern');
      const page = await openPage(browser, { javaScriptEnabled: route === 'device' });
      const context = page.context();
      await begin(page, instance.origin, instance.desk('police'));
      const { words, walked } = await walk(page, { answers: told.answers, files: [told.file] });
      expect(walked).toContain('files');
      told.canaries.push(words.join(' '), words.join('-'));

      const question = told.canary('question');
      const remark = told.canary('note');
      const member = instance.member('police', 'investigator');
      const office = await openPage(browser);
      await signIn(office, instance.origin, member);
      await openReport(office, 'plover');
      await part(office, 'Dialogue');
      await reply(office, question);
      await part(office, 'Notes');
      await note(office, remark);
      told.canaries.push(member.passphrase);

      await comeBack(page, instance.origin, words);
      await expect(page.locator('main')).toContainText(question, { timeout: 60_000 });
      const answer = told.canary('answer');
      await page.locator('[name="text"]').fill(answer);
      await page.locator('main button[value="reply"]').click();
      await expect(page.locator('main')).toContainText(answer);

      // What was sent. Without JavaScript the visitor's browser has to send answers to the server
      // (over TLS, and the page says so); the officer's console never does.
      const sent = instance.sent();
      expect(sent.length).toBeGreaterThan(told.file.buffer.length);
      const secret = route === 'device' ? told.canaries : [question, remark, member.passphrase];
      expect(found(sent, secret), 'in what the browsers sent').toEqual([]);

      // What is kept: while the server runs, and after it has stopped and tidied up.
      expect(searchFolder(instance.everything, told.canaries), 'on disk, running').toEqual([]);
      await instance.stop();
      expect(searchFolder(instance.everything, told.canaries), 'on disk, stopped').toEqual([]);
      // The search would find what lies there: the desk's name is no secret.
      expect(searchFolder(instance.everything, [instance.deskName('police')])).not.toEqual([]);
    } finally {
      await instance.stop();
    }
  });
}
