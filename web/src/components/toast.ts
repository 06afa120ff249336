import { notifications } from "@mantine/notifications";
import { asApiError } from "../api/errors";

export function toast(message: string): void {
  notifications.show({ message, color: "teal", autoClose: 4000 });
}

export function toastError(error: unknown): void {
  const { message, nextStep } = asApiError(error);
  notifications.show({ title: message, message: nextStep, color: "red", autoClose: 9000 });
}
