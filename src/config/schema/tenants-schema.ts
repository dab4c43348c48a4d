import type { JsonSchema, SectionSchema } from './json-schema.ts';
import { list, section, text } from './values.ts';

const names: Partial<JsonSchema> = { propertyNames: { type: 'string', minLength: 1, 'x-expects': 'a name' } };

export const tenantsSchema: SectionSchema = section(
  'Who may see which series. Without this section everyone who is let in may see everything.',
  {
    header: {
      type: 'string',
      pattern: '^[A-Za-z0-9][A-Za-z0-9-]*$',
      description: 'Request header that names the tenant, such as `X-Scope-OrgID`.',
      'x-expects': 'the name of a header, of letters, digits and hyphens',
    },
    trusted_proxies: list(
      'Addresses that `header` is taken from; left out, from everyone.',
      text('', 'an IP address or a CIDR range'),
      { minItems: 1, uniqueItems: true, 'x-expects': 'a list of at least one IP address or CIDR range' },
    ),
    by_user: {
      type: 'object',
      description: 'The tenant of a user of the web configuration.',
      default: {},
      ...names,
      additionalProperties: text('', 'the name of a tenant'),
      'x-expects': 'a mapping of users to tenants',
    },
    operators: list('Users who see everything, metrics and status pages as well.', text('', 'the name of a user'), {
      default: [],
      uniqueItems: true,
      'x-expects': 'a list of users',
    }),
    matchers: {
      type: 'object',
      description: 'By tenant: selectors, all of which a series must match to be seen.',
      ...names,
      additionalProperties: list(
        '',
        { type: 'string', 'x-expects': 'a selector (text)' },
        {
          minItems: 1,
          'x-expects': 'a list of at least one selector',
        },
      ),
      'x-expects': 'a mapping of tenants to lists of selectors',
    },
  },
  ['matchers'],
);
