import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ContactsFile } from '../../src/partners/contacts-file.ts';
import { type TempFolder, tempFolder } from '../harness/temp-folder.ts';

type Context = { folder: TempFolder; file: string; clock: { at: number }; problems: string[]; open(): ContactsFile };
const test = suite<Context>('address book');

test.before.each((context) => {
  const folder = tempFolder();
  const file = folder.file('contacts.yaml');
  const clock = { at: 0 };
  const problems: string[] = [];
  const open = () => new ContactsFile(file, { elapsed: () => clock.at, onProblem: (reason) => problems.push(reason) });
  Object.assign(context, { folder, file, clock, problems, open });
});
test.after.each(({ folder }) => folder.remove());

test('it has the phone and the language of each person', async ({ file, open }) => {
  writeFileSync(
    file,
    'kim: {phone: "010-1234-5678", lang: en}\nlee: {phone: "+82 10 8765 4321"}\nchoi: {lang: ko}\nowner:crispy-chicken:\n  phone: "02-333-4444"\n',
  );
  const contacts = open();
  assert.is(contacts.size, 4);
  assert.equal(await contacts.find('kim'), { phone: '01012345678', lang: 'en' });
  assert.equal(await contacts.find('lee'), { phone: '01087654321' });
  assert.equal(await contacts.find('choi'), { lang: 'ko' });
  assert.equal(await contacts.find('owner:crispy-chicken'), { phone: '023334444' });
  assert.is(await contacts.find('park'), undefined);
  assert.is(await contacts.find('constructor'), undefined);
});

test('every mistake in it is told with its line', ({ file, open }) => {
  writeFileSync(
    file,
    'kim: {phone: 01012345678}\nlee: {phone: "12"}\npark: {phone: "010-1-1", lang: jp}\nchoi: {fone: "010-1234-5678"}\nhan: 010-1234-5678\njin: {}\njin: {}\n',
  );
  try {
    open();
    assert.unreachable('it has mistakes');
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    assert.is(code, 'bad-contacts');
    const lines = message.split('\n').slice(1);
    const told = lines.map((line) => /contacts\.yaml:(\d+):\d+: (\S+?):? /.exec(line)?.slice(1).join(' '));
    assert.equal(told, ['1 kim.phone', '2 lee.phone', '3 park.phone', '3 park.lang', '4 choi.fone', '5 han', '7 jin']);
    assert.match(lines[0]!, 'expected a phone number in Korea in quotes, such as "010-1234-5678"');
    assert.match(lines[4]!, 'Did you mean "phone"?');
  }
});

test('a file that is not there is a mistake too', ({ open }) => {
  try {
    open();
    assert.unreachable('there is none');
  } catch (error) {
    assert.match((error as Error).message, /contacts\.yaml: there is no such file\./);
  }
});

test('a change counts within a second, and a file with a mistake leaves the contacts from before', async (context) => {
  const { folder, file, clock, problems, open } = context;
  writeFileSync(file, 'kim: {phone: "010-1111-1111"}\n');
  const contacts = open();
  const phone = async () => (await contacts.find('kim'))?.phone;

  writeFileSync(file, 'kim: {phone: "010-2222-22222"}\n');
  assert.is(await phone(), '01011111111', 'it is not looked up each time');
  clock.at += 1_000;
  assert.is(await phone(), '01011111111', 'it has a mistake');
  assert.is(problems.length, 1);
  assert.match(problems[0]!, /contacts\.yaml:1:14: kim\.phone: expected/);
  assert.match(problems[0]!, /The contacts from before stay in use\.$/);
  clock.at += 1_000;
  assert.is(await phone(), '01011111111');
  assert.is(problems.length, 1, 'it is told once');

  writeFileSync(folder.file('new'), 'kim: {phone: "010-3333-3333"}\n');
  renameSync(folder.file('new'), file);
  clock.at += 1_000;
  assert.is(await phone(), '01033333333');
  rmSync(file);
  clock.at += 1_000;
  assert.is(await phone(), '01033333333');
  assert.is(problems.length, 2);
});

test('where it cannot even be looked at, the contacts from before stay in use', async (context) => {
  const { file, clock, problems, open } = context;
  writeFileSync(file, 'kim: {phone: "010-1111-1111"}\n');
  const contacts = open();
  rmSync(file);
  symlinkSync(file, file); // a link that leads to itself
  clock.at += 1_000;
  assert.equal(await contacts.find('kim'), { phone: '01011111111' });
  assert.is(problems.length, 1);
  assert.match(problems[0]!, /contacts\.yaml: this file cannot be read/);
});

test.run();
