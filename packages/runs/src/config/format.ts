import { Document, isCollection, isMap, stringify } from 'yaml';

const WIDTH = 80;

/** A configuration, or a part of one, as YAML to be read by people: one line per key where it fits. */
export function formatConfig(config: object): string {
  const document = new Document(config, { aliasDuplicateObjects: false });
  if (isMap(document.contents)) {
    for (const { key, value } of document.contents.items) {
      if (isCollection(value)) value.flow = `${key}: ${onOneLine(value)}`.length <= WIDTH;
    }
  }
  return document.toString({ lineWidth: 0 });
}

function onOneLine(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}
