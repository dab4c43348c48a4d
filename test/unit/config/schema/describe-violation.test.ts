import { expect, it } from 'vitest';
import { describeValue } from '../../../../src/config/schema/describe-violation.ts';
import { withoutUserInfo } from '../../../../src/model/without-user-info.ts';

it.each([
  [null, 'nothing'],
  [[], 'an empty list'],
  [[1, 2], 'a list of 2'],
  [{ a: 1 }, 'a mapping'],
  [true, 'true'],
  [1.5, '1.5'],
  ['', 'an empty text'],
  ['a"b', '"a\\"b"'],
  ['http://u:secret@h', '"http://…@h"'],
])('describes %j', (value, description) => {
  expect(describeValue(value)).toBe(description);
});

it.each([
  ['u:secret@h:1', '…@h:1'],
  ['https://u:p@ss@h/x', 'https://…@h/x'],
  ['h:1', 'h:1'],
])('hides the password of %s', (address, shown) => {
  expect(withoutUserInfo(address)).toBe(shown);
});
