import { type Ref, useEffect, useRef } from "react";
import classes from "./YamlText.module.css";

function Numbers({ count, marked }: { count: number; marked: number | null }) {
  return (
    <div className={classes.numbers} aria-hidden>
      {Array.from({ length: count }, (_, i) => (
        <div key={i} data-marked={marked === i + 1}>
          {i + 1}
        </div>
      ))}
    </div>
  );
}

/** YAML with line numbers: keys a little darker than values, comments a little lighter. */
export function YamlView({ text }: { text: string }) {
  const lines = text.replace(/\n$/, "").split("\n");
  return (
    <div className={classes.frame}>
      <Numbers count={lines.length} marked={null} />
      <pre className={classes.text} tabIndex={0}>
        {lines.map((line, i) => {
          const match = /^(\s*(?:- )?[\w-]+:)(.*)$/.exec(line);
          return (
            <span key={i}>
              {match ? (
                <>
                  <span className={classes.key}>{match[1]}</span>
                  {match[2]}
                </>
              ) : (
                line
              )}
              {"\n"}
            </span>
          );
        })}
      </pre>
    </div>
  );
}

/** A plain text field that knows its line numbers; `marked` is the line an error speaks of. */
export function YamlEditor({
  value,
  onChange,
  label,
  marked = null,
  inputRef,
}: {
  value: string;
  onChange: (text: string) => void;
  label: string;
  marked?: number | null;
  inputRef?: Ref<HTMLTextAreaElement>;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const lines = value.split("\n").length;
  useEffect(() => {
    if (marked !== null) {
      frame.current?.querySelector("[data-marked=true]")?.scrollIntoView({ block: "nearest" });
    }
  }, [marked]);
  return (
    <div className={classes.frame} ref={frame} data-editing>
      <Numbers count={lines} marked={marked} />
      <textarea
        ref={inputRef}
        className={classes.text}
        value={value}
        rows={Math.max(8, lines)}
        onChange={(event) => onChange(event.currentTarget.value)}
        aria-label={label}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        wrap="off"
      />
    </div>
  );
}
