/** @typedef {import('./node.js').PrivateNode} PrivateNode */

/**
 * Cuts a node off from the others of its cluster, but not from its clients, until `heal`: it holds another cookie against them, so that
 * they are strangers to each other.
 * @param {PrivateNode} node
 * @param {readonly PrivateNode[]} others
 */
export async function isolate(node, others) {
  await node.ctl('eval', `[{erlang:set_cookie(N, stranger), erlang:disconnect_node(N)} || N <- [${namesOf(others)}]].`);
}

/**
 * Lets it meet them again.
 * @param {PrivateNode} node
 * @param {readonly PrivateNode[]} others
 */
export async function heal(node, others) {
  await node.ctl('eval', `[erlang:set_cookie(N, erlang:get_cookie()) || N <- [${namesOf(others)}]].`);
}

/** @param {readonly PrivateNode[]} nodes */
const namesOf = (nodes) => nodes.map(({ name }) => `'${name}'`).join(', ');
