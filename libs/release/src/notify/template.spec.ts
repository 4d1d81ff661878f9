import fc from 'fast-check';
import { placeholders, renderTemplate, templateFault, type Placeholder } from './template';

const values = Object.fromEntries(placeholders.map((name) => [name, `<${name}>`])) as Record<Placeholder, string>;

describe('a template', () => {
  it('puts each value in its place', () => {
    const template = placeholders.map((name) => `{{${name}}}`).join(' ');
    expect(templateFault(template)).toBeUndefined();
    expect(renderTemplate(template, values)).toBe(placeholders.map((name) => `<${name}>`).join(' '));
  });

  it('never looks into a value', () => {
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
