import { texts } from "../texts";
import classes from "./Brand.module.css";

export function Brand({ large }: { large?: boolean }) {
  return (
    <div className={classes.brand} data-large={large}>
      <svg viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="7" fill="#0f5f6b" />
        <path
          d="M16 5.5 25 9v7c0 5.4-3.7 9.2-9 10.8C10.7 25.2 7 21.4 7 16V9z"
          fill="none"
          stroke="#fff"
          strokeWidth="2.2"
          strokeLinejoin="round"
        />
        <circle cx="16" cy="15.5" r="4.2" fill="none" stroke="#fff" strokeWidth="2.2" />
        <circle cx="16" cy="15.5" r="1.3" fill="#fff" />
      </svg>
      <span>{texts.product}</span>
    </div>
  );
}
