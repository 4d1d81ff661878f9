import fc from 'fast-check';
import { placeholders, renderTemplate, templateFault, type Placeholder } from './notification-template';

const values = Object.fromEntries(placeholders.map((name) => [name, `<${name}>`])) as Record<Placeholder, string>;

describe('a template', () => {
  it('replaces each placeholder with its value', () => {
    const template = placeholders.map((name) => `{{${name}}}`).join(' ');
    expect(templateFault(template)).toBeUndefined();
    expect(renderTemplate(template, values)).toBe(placeholders.map((name) => `<${name}>`).join(' '));
  });

  it('may have spaces around a name, and a name more than once', () => {
    expect(renderTemplate('{{ version }}/{{version  }}/{{  version}} {{status}}', values)).toBe('<version>/<version>/<version> <status>');
    expect(templateFault('{{  version }}')).toBeUndefined();
  });

  it('keeps text that is not a placeholder', () =>
    expect(renderTemplate('{{nothing}} {version} {{version}}', values)).toBe('{{nothing}} {version} <version>'));

  it.each([
    [
      '{{verison}}',
      'a template knows only {{service}}, {{version}}, {{environment}}, {{status}}, {{duration}}, {{author}}, {{commit}}, {{strategy}}, {{reason}}, {{release}}, {{link}}',
    ],
    ['{{version}} {{x}}', expect.stringContaining('a template knows only')],
    ['{{version}} {{', 'a template has braces that belong to no placeholder'],
    ['}} {{version}}', 'a template has braces that belong to no placeholder'],
    ['{{}}', 'a template has braces that belong to no placeholder'],
    ['{{ver-sion}}', 'a template has braces that belong to no placeholder'],
    ['{version}', undefined],
    ['no placeholder', undefined],
  ])('%j has the fault %j', (template, fault) => expect(templateFault(template)).toEqual(fault));

  it('does not replace placeholders inside values', () => {
    expect(renderTemplate('{{reason}}', { ...values, reason: '{{version}} $& $1' })).toBe('{{version}} $& $1');
  });

  it('leaves nothing between double braces, if it was accepted', () => {
    const part = fc.oneof(fc.constantFrom('{{', '}}', '{', '}', ' ', ...placeholders), fc.string());
    fc.assert(fc.property(fc.array(part).map((parts) => parts.join('')), (template) => {
      fc.pre(templateFault(template) === undefined);
      expect(renderTemplate(template, values)).not.toMatch(/\{\{ *[A-Za-z]+ *\}\}/);
    }));
  });
});
