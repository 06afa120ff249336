import { type InfiniteData, useMutation, useQueryClient } from "@tanstack/react-query";
import { judge, markViewed } from "../../api/eyes";
import type { JudgementWord, ReviewItem } from "../../api/types";
import { toast, toastError } from "../../components/toast";
import { texts } from "../../texts";

type Pages = InfiniteData<{ items: ReviewItem[]; next: string | null }>;

/** At once on the page, then on the server; what the server refuses is taken back. */
export function useReviewActions() {
  const client = useQueryClient();
  const t = texts.review;

  function change(ids: string[], into: (item: ReviewItem) => ReviewItem) {
    const wanted = new Set(ids);
    client.setQueriesData<Pages>({ queryKey: ["review-list"] }, (data) =>
      data === undefined
        ? data
        : {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.map((item) => (wanted.has(item.id) ? into(item) : item)),
            })),
          },
    );
  }
  const settle = () => {
    void client.invalidateQueries({ queryKey: ["review"] });
    void client.invalidateQueries({ queryKey: ["accuracy"] });
  };
  const takeBack = (error: unknown) => {
    toastError(error);
    void client.invalidateQueries({ queryKey: ["review-list"] });
  };

  const viewed = useMutation({
    mutationFn: ({ ids, value }: { ids: string[]; value: boolean }) => markViewed(ids, value),
    onMutate: ({ ids, value }) => change(ids, (item) => ({ ...item, viewed: value })),
    onSuccess: (_, { ids }) => {
      if (ids.length > 1) toast(t.marked(ids.length));
    },
    onError: takeBack,
    onSettled: settle,
  });

  const judged = useMutation({
    mutationFn: async ({
      ids,
      word,
      note,
    }: {
      ids: string[];
      word: JudgementWord;
      note: string;
    }) => {
      const waiting = [...ids];
      const failures: unknown[] = [];
      const take = async () => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
          try {
            const item = await judge(id, word, note);
            change([item.id], () => item);
          } catch (error) {
            failures.push(error);
          }
        }
      };
      await Promise.all([take(), take(), take()]);
      if (failures.length === ids.length) throw failures[0];
      return failures.length;
    },
    onMutate: ({ ids, word }) => change(ids, (item) => ({ ...item, judgement: word })),
    onSuccess: (failed, { ids, word }) => {
      if (failed > 0) toastError(new Error(t.partly(failed, ids.length)));
      else toast(t.judged(ids.length, t.judgements[word]));
    },
    onError: takeBack,
    onSettled: settle,
  });

  return {
    busy: viewed.isPending || judged.isPending,
    setViewed: (ids: string[], value: boolean) => {
      if (ids.length > 0) viewed.mutate({ ids, value });
    },
    judge: (ids: string[], word: JudgementWord, note = "") => {
      if (ids.length > 0) judged.mutate({ ids, word, note });
    },
  };
}
