import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router-dom";
import { Notice } from "../components/Notice";
import { PageSkeleton } from "../components/PageSkeleton";
import { PasswordPage } from "../pages/session/PasswordPage";
import { SignInPage } from "../pages/session/SignInPage";
import { texts } from "../texts";
import { homeOf, may, type Right } from "./rights";
import { Shell } from "./Shell";
import { useSession, useUser } from "./session";

const LivePage = lazy(() => import("../pages/live/LivePage"));
const CamerasPage = lazy(() => import("../pages/cameras/CamerasPage"));
const CameraPage = lazy(() => import("../pages/cameras/CameraPage"));
const HistoryPage = lazy(() => import("../pages/history/HistoryPage"));
const ExportsPage = lazy(() => import("../pages/exports/ExportsPage"));
const ApprovalsPage = lazy(() => import("../pages/approvals/ApprovalsPage"));
const CompliancePage = lazy(() => import("../pages/compliance/CompliancePage"));
const LawPage = lazy(() => import("../pages/law/LawPage"));
const DocumentsPage = lazy(() => import("../pages/documents/DocumentsPage"));
const LedgerPage = lazy(() => import("../pages/ledger/LedgerPage"));
const EntryPage = lazy(() => import("../pages/ledger/EntryPage"));
const ReviewPage = lazy(() => import("../pages/review/ReviewPage"));
const ZonesPage = lazy(() => import("../pages/zones/ZonesPage"));
const ExplorePage = lazy(() => import("../pages/explore/ExplorePage"));
const FacesPage = lazy(() => import("../pages/faces/FacesPage"));
const AccuracyPage = lazy(() => import("../pages/accuracy/AccuracyPage"));
const UsersPage = lazy(() => import("../pages/users/UsersPage"));

function Needs({ right, children }: { right: Right; children: React.ReactNode }) {
  const user = useUser();
  if (may(user, right)) return children;
  return <Notice title={texts.errors.notForRole} text={texts.errors.notForRoleStep} />;
}

function Home() {
  return <Navigate to={homeOf(useUser())} replace />;
}

export function App() {
  const { session } = useSession();
  if (session === null) return <SignInPage />;
  if (session.must_change_password) return <PasswordPage first />;
  return (
    <Shell>
      <Suspense fallback={<PageSkeleton />}>
        <Routes>
          <Route path="/" element={<Home />} />
          <Route
            path="/live"
            element={
              <Needs right="live">
                <LivePage />
              </Needs>
            }
          />
          <Route path="/cameras" element={<CamerasPage />} />
          <Route path="/cameras/:name" element={<CameraPage />} />
          <Route
            path="/cameras/:name/zones"
            element={
              <Needs right="documents">
                <ZonesPage />
              </Needs>
            }
          />
          <Route
            path="/history"
            element={
              <Needs right="timeline">
                <HistoryPage />
              </Needs>
            }
          />
          <Route
            path="/history/:name"
            element={
              <Needs right="timeline">
                <HistoryPage />
              </Needs>
            }
          />
          <Route
            path="/review"
            element={
              <Needs right="review">
                <ReviewPage />
              </Needs>
            }
          />
          <Route
            path="/explore"
            element={
              <Needs right="review">
                <ExplorePage />
              </Needs>
            }
          />
          <Route
            path="/faces"
            element={
              <Needs right="faces">
                <FacesPage />
              </Needs>
            }
          />
          <Route
            path="/accuracy"
            element={
              <Needs right="accuracy">
                <AccuracyPage />
              </Needs>
            }
          />
          <Route
            path="/exports"
            element={
              <Needs right="exports">
                <ExportsPage />
              </Needs>
            }
          />
          <Route
            path="/approvals"
            element={
              <Needs right="lifts">
                <ApprovalsPage />
              </Needs>
            }
          />
          <Route
            path="/compliance"
            element={
              <Needs right="matrix">
                <CompliancePage />
              </Needs>
            }
          />
          <Route
            path="/law"
            element={
              <Needs right="documents">
                <LawPage />
              </Needs>
            }
          />
          <Route
            path="/documents"
            element={
              <Needs right="documents">
                <DocumentsPage />
              </Needs>
            }
          />
          <Route
            path="/documents/:kind/:name"
            element={
              <Needs right="documents">
                <DocumentsPage />
              </Needs>
            }
          />
          <Route
            path="/ledger"
            element={
              <Needs right="ledger">
                <LedgerPage />
              </Needs>
            }
          />
          <Route
            path="/ledger/:index"
            element={
              <Needs right="ledger">
                <EntryPage />
              </Needs>
            }
          />
          <Route
            path="/people"
            element={
              <Needs right="users">
                <UsersPage />
              </Needs>
            }
          />
          <Route path="/account" element={<PasswordPage />} />
          <Route
            path="*"
            element={<Notice title={texts.errors.notFound} text={texts.errors.notFoundStep} />}
          />
        </Routes>
      </Suspense>
    </Shell>
  );
}
