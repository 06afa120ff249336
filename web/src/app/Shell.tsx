import { ActionIcon, Drawer, Menu, Tooltip, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import {
  IconBell,
  IconBinaryTree2,
  IconChevronRight,
  IconDeviceCctv,
  IconDownload,
  IconEyeCheck,
  IconFaceId,
  IconFileText,
  IconGauge,
  IconGavel,
  IconHistory,
  IconKeyboard,
  IconKey,
  IconLayoutGrid,
  IconLogout,
  IconMenu2,
  IconMoon,
  IconScale,
  IconSearch,
  IconSun,
  IconUsers,
} from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { NavLink, useLocation, useNavigate } from "react-router-dom";
import { useServerEvents } from "../api/events";
import { kManyAlerts, useUnviewedAlerts } from "../api/eyes";
import { useApprovals, useLifts, waitingFor } from "../api/lifts";
import { Brand } from "../components/Brand";
import { RunningLift } from "../components/LiftControls";
import { toastError } from "../components/toast";
import { texts } from "../texts";
import { ErrorBoundary } from "./ErrorBoundary";
import { KeyboardHelp } from "./KeyboardHelp";
import { type Right, may } from "./rights";
import { useSession, useUser } from "./session";
import { StatusCard } from "./StatusCard";
import classes from "./Shell.module.css";
import { useScheme } from "./scheme";

export interface Place {
  to: string;
  label: string;
  key: string;
  icon: typeof IconScale;
  right?: Right;
}

export const places: Place[] = [
  { to: "/live", label: texts.nav.live, key: "l", icon: IconLayoutGrid, right: "live" },
  { to: "/review", label: texts.nav.review, key: "r", icon: IconBell, right: "review" },
  { to: "/history", label: texts.nav.history, key: "h", icon: IconHistory, right: "timeline" },
  { to: "/explore", label: texts.nav.explore, key: "o", icon: IconSearch, right: "review" },
  { to: "/faces", label: texts.nav.faces, key: "f", icon: IconFaceId, right: "faces" },
  { to: "/exports", label: texts.nav.exports, key: "e", icon: IconDownload, right: "exports" },
  { to: "/approvals", label: texts.nav.approvals, key: "v", icon: IconEyeCheck, right: "lifts" },
  { to: "/cameras", label: texts.nav.cameras, key: "c", icon: IconDeviceCctv },
  { to: "/compliance", label: texts.nav.compliance, key: "m", icon: IconScale, right: "matrix" },
  { to: "/law", label: texts.nav.law, key: "w", icon: IconGavel, right: "documents" },
  {
    to: "/documents",
    label: texts.nav.documents,
    key: "d",
    icon: IconFileText,
    right: "documents",
  },
  { to: "/accuracy", label: texts.nav.accuracy, key: "a", icon: IconGauge, right: "accuracy" },
  { to: "/ledger", label: texts.nav.ledger, key: "t", icon: IconBinaryTree2, right: "ledger" },
  { to: "/people", label: texts.nav.users, key: "p", icon: IconUsers, right: "users" },
];

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Alerts nobody has looked at; said beside the link, so that it is seen from everywhere. */
function Unviewed() {
  const { data = 0 } = useUnviewedAlerts(true);
  if (data === 0) return null;
  const count = data > kManyAlerts ? `${kManyAlerts}+` : String(data);
  return (
    <span className={classes.unviewed} title={texts.review.unviewedCount(count)}>
      {count}
      <span className="visually-hidden"> {texts.review.unviewedCount(count)}</span>
    </span>
  );
}

/** Requests this person has to decide, and what they have to review. */
function Waiting() {
  const approvals = useApprovals();
  const lifts = useLifts();
  const count = waitingFor(approvals.data ?? [], lifts.data?.lifts ?? []);
  if (count === 0) return null;
  return (
    <span className={classes.unviewed} title={texts.lifts.waitingCount(count)}>
      {count}
      <span className="visually-hidden"> {texts.lifts.waitingCount(count)}</span>
    </span>
  );
}

function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const user = useUser();
  return (
    <nav aria-label={texts.nav.main} className={classes.links}>
      {places
        .filter((place) => place.right === undefined || may(user, place.right))
        .map(({ to, label, icon: Icon }) => (
          <NavLink key={to} to={to} className={classes.link} onClick={onNavigate}>
            <Icon size={18} stroke={1.7} aria-hidden />
            {label}
            {to === "/review" && <Unviewed />}
            {to === "/approvals" && <Waiting />}
          </NavLink>
        ))}
    </nav>
  );
}

function Person({ onHelp }: { onHelp: () => void }) {
  const user = useUser();
  const { signOut } = useSession();
  const { dark, toggle } = useScheme();
  const navigate = useNavigate();
  return (
    <div className={classes.person}>
      <Menu position="top-start" width={220} shadow="md">
        <Menu.Target>
          <UnstyledButton className={classes.personButton} aria-label={texts.session.account}>
            <span className={classes.initial} aria-hidden>
              {user.login.charAt(0).toUpperCase()}
            </span>
            <span className={classes.personText}>
              <span className={classes.login}>{user.login}</span>
              <span className={classes.role}>{texts.roles[user.role]}</span>
            </span>
            <IconChevronRight size={14} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconKey size={16} aria-hidden />}
            onClick={() => navigate("/account")}
          >
            {texts.session.changePassword}
          </Menu.Item>
          <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={onHelp}>
            {texts.help.title}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconLogout size={16} aria-hidden />}
            onClick={() => {
              navigate("/");
              signOut().catch(toastError);
            }}
          >
            {texts.actions.signOut}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Tooltip label={texts.theme.toggle}>
        <ActionIcon variant="subtle" color="gray" onClick={toggle} aria-label={texts.theme.toggle}>
          {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

/** "g" and then a letter goes to a page, "?" shows the keys, "t" after "g" is the ledger. */
function useShortcuts(openHelp: () => void): void {
  const navigate = useNavigate();
  const user = useUser();
  const { toggle } = useScheme();
  useEffect(() => {
    let goTo = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (event.key === "?") {
        event.preventDefault();
        openHelp();
        return;
      }
      if (event.key === "g") {
        goTo = event.timeStamp;
        return;
      }
      if (event.timeStamp - goTo > 1200) return;
      goTo = 0;
      if (event.key === "x") {
        toggle();
        return;
      }
      const place = places.find((p) => p.key === event.key);
      if (place !== undefined && (place.right === undefined || may(user, place.right))) {
        event.preventDefault();
        // The letter must not reach the keys of the page.
        event.stopImmediatePropagation();
        navigate(place.to);
      }
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [navigate, user, openHelp, toggle]);
}

export function Shell({ children }: { children: ReactNode }) {
  const [menu, menuHandlers] = useDisclosure(false);
  const [help, helpHandlers] = useDisclosure(false);
  const location = useLocation();
  useServerEvents(useQueryClient(), true);
  useShortcuts(helpHandlers.open);

  return (
    <div className={classes.shell}>
      <a className="skip-link" href="#content">
        {texts.nav.skip}
      </a>
      <aside className={classes.side}>
        <div className={classes.brand}>
          <Brand />
        </div>
        <Navigation />
        <StatusCard />
        <Person onHelp={helpHandlers.open} />
      </aside>
      <header className={classes.top}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          onClick={menuHandlers.open}
          aria-label={texts.nav.open}
        >
          <IconMenu2 size={20} />
        </ActionIcon>
        <Brand />
      </header>
      <Drawer
        opened={menu}
        onClose={menuHandlers.close}
        size={260}
        title={<Brand />}
        closeButtonProps={{ "aria-label": texts.nav.close }}
      >
        <div className={classes.drawer}>
          <Navigation onNavigate={menuHandlers.close} />
          <StatusCard />
          <Person onHelp={helpHandlers.open} />
        </div>
      </Drawer>
      <main id="content" className={classes.content} tabIndex={-1}>
        <RunningLift />
        <ErrorBoundary key={location.pathname.split("/")[1]}>{children}</ErrorBoundary>
      </main>
      <KeyboardHelp opened={help} onClose={helpHandlers.close} />
    </div>
  );
}
