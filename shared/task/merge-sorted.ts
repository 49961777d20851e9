/**
 * Sources of which each comes in the order of `placeOf`, smallest first, as one such source; where places are equal, the earlier source comes
 * first. All sources are begun at once, and asked for one item at a time, when it is its turn.
 */
export async function* mergeSorted<Item>(
  sources: readonly AsyncIterator<Item, void>[],
  placeOf: (item: Item) => number,
): AsyncGenerator<Item, void> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let least: { readonly index: number; readonly item: Item; readonly place: number } | undefined;
    for (const [index, head] of heads.entries()) {
      if (head.done === true) continue;
      const place = placeOf(head.value);
      if (least === undefined || place < least.place) least = { index, item: head.value, place };
    }
    const source = least && sources[least.index];
    if (least === undefined || source === undefined) return;
    yield least.item;
    heads[least.index] = await source.next();
  }
}
