// Written for any Node, however old: it has to say that it is too old.
const wanted = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  console.error(`Alloy needs Node >= ${wanted.join('.')}; this is ${process.versions.node} (${process.execPath}).`);
  process.exit(1);
}
