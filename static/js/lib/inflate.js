/**
 * Opens the one binary frame: gzip of the snapshot's JSON.
 */

/**
 * @param {ArrayBuffer} data
 * @returns {Promise<unknown>}
 */
export async function inflate(data) {
  const packed = new Blob([data]).stream();
  return new Response(packed.pipeThrough(new DecompressionStream("gzip"))).json();
}
