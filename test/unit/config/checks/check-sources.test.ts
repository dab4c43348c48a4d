import { describe, expect, it } from 'vitest';
import { messagesOf } from '../check-text.ts';

const shard = (sources: string): string => `shards:\n- {name: s, ${sources}}\n`;
const discovery = (keys: string): string => `discovery: {${keys}}\n`;
const files = 'file_sd_configs: [{files: [a.json]}]';

describe('sources', () => {
  it.each([
    shard(files),
    shard('http_sd_configs: [{url: "https://sd.example/x?y=z"}]'),
    shard('dns_sd_configs: [{names: [a.example]}, {names: [b.example], type: A, port: 9090}]'),
    shard(`${files}, static_configs: [{targets: ["h:1"]}]`),
    discovery(files),
    discovery(`static_configs: [{targets: ["h:1"], labels: {shard: 1}}], labels: [slave], owns_labels: [slave]`),
    shard(files) + discovery(files),
  ])('may be any mix: %s', (text) => {
    expect(messagesOf(text)).toEqual([]);
  });

  it.each([
    [
      shard('labels: {a: b}'),
      'error f.yml:2: shards[0]: missing key "static_configs" (or file_sd_configs, http_sd_configs, dns_sd_configs)',
    ],
    [
      discovery('labels: [slave]'),
      'error f.yml:1: discovery: missing key "static_configs" (or file_sd_configs, http_sd_configs, dns_sd_configs)',
    ],
    [
      shard('file_sd_configs: []'),
      'error f.yml:2: shards[0].file_sd_configs: expected a list of at least one, got an empty list',
    ],
    [
      shard('file_sd_configs: [{files: [a.txt]}]'),
      'error f.yml:2: shards[0].file_sd_configs[0].files[0]: expected a path that ends in .json, .yml or .yaml, with "*" in its last part only, got "a.txt"',
    ],
    [
      shard('file_sd_configs: [{files: [a*/b.yml]}]'),
      'error f.yml:2: shards[0].file_sd_configs[0].files[0]: expected a path that ends in .json, .yml or .yaml, with "*" in its last part only, got "a*/b.yml"',
    ],
    [
      shard('http_sd_configs: [{url: "http://u:pw@sd.example"}]'),
      'error f.yml:2: shards[0].http_sd_configs[0].url: expected an http:// or https:// URL without user and password, got a text that is not shown here',
    ],
    [
      shard('http_sd_configs: [{url: "http://sd.example", follow_redirects: true}]'),
      'error f.yml:2: shards[0].http_sd_configs[0].follow_redirects: not built yet: remove it',
    ],
    [
      shard('dns_sd_configs: [{names: [a], type: A}]'),
      'error f.yml:2: shards[0].dns_sd_configs[0]: missing key "port": A records have none',
    ],
    [
      shard('dns_sd_configs: [{names: [a], port: 1}]'),
      'warning f.yml:2: shards[0].dns_sd_configs[0].port: has no effect: SRV records have their own',
    ],
    [
      shard('dns_sd_configs: [{names: [a], type: MX}]'),
      'error f.yml:2: shards[0].dns_sd_configs[0].type: expected one of "SRV", "A", "AAAA", got "MX"',
    ],
    [
      discovery('static_configs: [{targets: ["h:1"]}]'),
      'error f.yml:1: discovery.static_configs[0]: lacks the label "shard", which says what shard its targets belong to',
    ],
    [
      discovery(`${files}, labels: [replica]`),
      'error f.yml:1: discovery.labels[0]: "replica" is a replica label (global.replica_labels): it cannot be a label of a shard',
    ],
    [
      discovery(`${files}, owns_labels: [slave]`),
      'error f.yml:1: discovery.owns_labels[0]: "slave" is not among the labels that become labels of a shard',
    ],
    [
      discovery(`${files}, shard_label: replica`),
      'error f.yml:1: discovery.replica_label: is the shard_label, too: the two must differ',
    ],
    [
      discovery('static_configs: [{targets: [h], labels: {shard: s}}]'),
      'error f.yml:1: discovery.static_configs[0].targets[0]: expected host:port, got "h": the port is missing',
    ],
    [
      `${shard('static_configs: [{targets: ["h:1"]}]')}discovery: {static_configs: [{targets: ["h:1"], labels: {shard: t}}]}\n`,
      'error f.yml:3: discovery.static_configs[0].targets[0]: replica "h:1" is given twice, first in line 2, column 41',
    ],
  ])('%s', (text, message) => {
    expect(messagesOf(text).map((found) => found.replace(/^(\w+ f\.yml:\d+):\d+:/, '$1:'))).toEqual([message]);
  });
});
