import { Kbd, Modal } from "@mantine/core";
import { texts } from "../texts";
import { may } from "./rights";
import { places } from "./Shell";
import { useUser } from "./session";
import classes from "./Shell.module.css";

type Row = [keys: string[], meaning: string];

function Keys({ title, rows }: { title: string; rows: Row[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {rows.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>{meaning}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key} size="xs">
                  {key}
                </Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function KeyboardHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const user = useUser();
  const t = texts.help;
  return (
    <Modal opened={opened} onClose={onClose} title={t.title} size="lg">
      <div className={classes.keys}>
        <Keys
          title={t.everywhere}
          rows={[
            ...places
              .filter((place) => place.right === undefined || may(user, place.right))
              .map((place): Row => [["g", place.key], t.goTo(place.label)]),
            [["g", "x"], t.theme],
            [["?"], t.open],
          ]}
        />
        <Keys
          title={t.player}
          rows={[
            [["Space", "K"], t.playPause],
            [["J", "L"], `${t.back10} · ${t.forward10}`],
            [["←", "→"], t.seek5],
            [["Shift", "←", "→"], t.seek60],
            [[",", "."], t.step],
            [["<", ">"], t.speed],
            [["+", "−"], t.zoom],
            [["I", "O"], t.range],
            [["Esc"], t.clear],
            [["End"], t.goLive],
          ]}
        />
        <Keys
          title={t.live}
          rows={[
            [["Enter", "Esc"], t.enlarge],
            [["1", "2", "3", "4"], t.layout],
            [["B"], t.boxes],
          ]}
        />
        {may(user, "review") && (
          <Keys
            title={t.review}
            rows={[
              [["←", "→", "↑", "↓"], t.move],
              ...(may(user, "judge")
                ? ([
                    [["Shift", "←", "→"], t.extend],
                    [["X"], t.selectOne],
                    [["Ctrl", "A"], t.selectAll],
                    [["R"], t.markViewed],
                    [["T", "F", "U"], t.judge],
                  ] satisfies Row[])
                : []),
              [["Enter"], t.openItem],
              [["Esc"], t.closeItem],
            ]}
          />
        )}
        {may(user, "apply") && (
          <Keys
            title={t.zones}
            rows={[
              [["Z", "N", "P"], t.drawZone],
              [["←", "→", "↑", "↓"], t.moveShape],
              [["+", "Del"], t.addCorner],
              [["Enter", "Esc"], t.finish],
              [["Ctrl", "Z"], t.undo],
            ]}
          />
        )}
      </div>
    </Modal>
  );
}
