import { writeFileSync } from 'node:fs';
import { publishedSchema } from './config-schema.ts';

// A script: writes the published JSON Schema. A test compares the file with what this would write.
writeFileSync(
  new URL('../../../config/promgate.schema.json', import.meta.url),
  `${JSON.stringify(publishedSchema(), null, 2)}\n`,
);
