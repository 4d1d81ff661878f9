const { basename } = require('node:path');
const { findRetired } = require('./find-retired-words.cjs');

/**
 * A comment without its code in backticks, which may have stored names, and without the stars and slashes at the start
 * of its lines.
 */
const plain = (comment) => comment.replace(/`[^`]*`/g, '``').replace(/\n\s*\*/g, '\n');

/** Identifiers that a pattern declares: `{ a: b, ...c }` declares b and c. */
function declared(pattern) {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => declared(property.type === 'RestElement' ? property.argument : property.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => declared(element));
    case 'AssignmentPattern':
      return declared(pattern.left);
    case 'RestElement':
      return declared(pattern.argument);
    case 'TSParameterProperty':
      return declared(pattern.parameter);
    default:
      return [];
  }
}

/** @type {import('eslint').Rule.RuleModule} */
module.exports = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Disallow retired words in declared names, file names, comments and strings.' },
    schema: [{ type: 'object', properties: { allow: { type: 'array', items: { type: 'string' } } }, additionalProperties: false }],
    messages: { retired: '"{{found}}" is retired (eslint/retired-words.cjs): use {{instead}}.' },
  },
  create(context) {
    const allowed = new Set((context.options[0]?.allow ?? []).map((word) => word.toLowerCase()));

    function check(node, text, isName) {
      for (const { found, instead } of findRetired(text, { isName, allowed }))
        context.report({ node, messageId: 'retired', data: { found, instead } });
    }
    const name = (node) => node?.type === 'Identifier' && check(node, node.name, true);
    const names = (patterns) => patterns.flatMap((pattern) => declared(pattern)).forEach((node) => name(node));
    const member = (node) => !node.computed && name(node.key);

    return {
      Program(program) {
        check(program, basename(context.filename).replace(/\.[a-z.]+$/, ''), true);
        for (const comment of context.sourceCode.getAllComments()) check(comment, plain(comment.value), false);
      },
      VariableDeclarator: (node) => names([node.id]),
      ':function': (node) => (name(node.id), names(node.params)),
      CatchClause: (node) => names([node.param]),
      ClassDeclaration: (node) => name(node.id),
      MethodDefinition: member,
      PropertyDefinition: member,
      TSPropertySignature: member,
      TSMethodSignature: (node) => (member(node), names(node.params)),
      TSFunctionType: (node) => names(node.params),
      TSInterfaceDeclaration: (node) => name(node.id),
      TSTypeAliasDeclaration: (node) => name(node.id),
      TSEnumDeclaration: (node) => name(node.id),
      ImportSpecifier: (node) => node.local.name !== (node.imported.name ?? node.imported.value) && name(node.local),
      'ImportDefaultSpecifier, ImportNamespaceSpecifier': (node) => name(node.local),
      Literal(node) {
        if (typeof node.value === 'string' && !/^(Import|Export|TSImport)/.test(node.parent.type)) check(node, node.value, false);
      },
      TemplateElement: (node) => check(node, node.value.cooked ?? '', false),
    };
  },
};
