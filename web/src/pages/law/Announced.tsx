import { Button, Group, Skeleton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client";
import { usePackDifference } from "../../api/queries";
import type { Packs } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Card } from "../../components/Card";
import { Confirm } from "../../components/Confirm";
import { ErrorPanel } from "../../components/ErrorPanel";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import { bytes } from "../../time/words";
import { announcedList } from "./by-day";
import classes from "./law.module.css";
import { Turns } from "./Turns";

/** What waits for a person's name, and what it means for these cameras. */
export function Announced({ packs }: { packs: Packs }) {
  const t = texts.packs;
  const user = useUser();
  const client = useQueryClient();
  const difference = usePackDifference();
  const [asked, setAsked] = useState<"approve" | "withdraw" | null>(null);
  const decide = useMutation({
    mutationFn: (what: "approve" | "withdraw") =>
      take(
        what === "approve"
          ? api.POST("/api/law/packs/approve")
          : api.POST("/api/law/packs/withdraw"),
      ),
    onSuccess: (_, what) => {
      setAsked(null);
      toast(what === "approve" ? t.approved : t.withdrawn);
      void client.invalidateQueries({ queryKey: ["law"] });
      void client.invalidateQueries({ queryKey: ["matrix"] });
    },
  });
  const change = difference.data;
  return (
    <section className={classes.announced}>
      <Card
        title={t.announcedTitle(announcedList(packs.packs))}
        actions={
          may(user, "apply") && (
            <Group gap="xs">
              <Button variant="default" onClick={() => setAsked("withdraw")}>
                {t.withdraw}
              </Button>
              <Button onClick={() => setAsked("approve")} disabled={change === undefined}>
                {t.approve}
              </Button>
            </Group>
          )
        }
      >
        <p className={classes.lead}>{t.announcedText}</p>
        {difference.error !== null && change === undefined ? (
          <ErrorPanel error={difference.error} onRetry={() => void difference.refetch()} />
        ) : change === undefined ? (
          <Skeleton height={120} />
        ) : (
          <>
            <p>
              {t.rules(
                change.rules_new.length,
                change.rules_changed.length,
                change.rules_gone.length,
              )}
            </p>
            <h3>{t.today}</h3>
            <Turns turns={change.today} empty={t.nothing} />
            <h3>{t.later}</h3>
            <Turns turns={change.later} empty={t.nothing} />
            {change.look_again.length > 0 && (
              <>
                <h3>{t.lookAgain}</h3>
                <ul>
                  {change.look_again.map((each) => (
                    <li key={`${each.record} ${each.rule}`}>
                      <strong>{each.record}</strong> ({texts.record(each.kind)}):{" "}
                      {t.lookAgainText(each.rule)}
                    </li>
                  ))}
                </ul>
              </>
            )}
            {change.recordings.length > 0 && (
              <>
                <h3>{t.recordings}</h3>
                <ul>
                  {change.recordings.map((each) => (
                    <li key={`${each.camera} ${each.on}`}>
                      {t.recordingsText(
                        each.camera,
                        each.from_days,
                        each.to_days,
                        bytes(each.bytes),
                      )}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        )}
        {asked !== null && (
          <Confirm
            title={asked === "approve" ? t.approveTitle : t.withdrawTitle}
            text={asked === "approve" ? t.approveText : t.withdrawText}
            action={asked === "approve" ? t.approve : t.withdraw}
            danger={asked === "withdraw"}
            busy={decide.isPending}
            error={decide.error}
            onClose={() => setAsked(null)}
            onDo={() => decide.mutate(asked)}
          />
        )}
      </Card>
    </section>
  );
}
