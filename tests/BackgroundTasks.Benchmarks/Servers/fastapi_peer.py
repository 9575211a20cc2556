"""FastAPI as its tutorial has it: the task is added to the response's BackgroundTasks, its result is kept in a dictionary."""
from datetime import datetime, timezone
from typing import Optional
from uuid import uuid4

from fastapi import BackgroundTasks, FastAPI, Header, HTTPException, Response
from pydantic import BaseModel

app = FastAPI()
tasks = {}
keys = {}


class Echo(BaseModel):
    text: str


class Asked(BaseModel):
    type: str
    payload: Echo


async def echo(task, text):
    task["result"] = text
    task["finishedAt"] = datetime.now(timezone.utc)
    task["status"] = "succeeded"


@app.get("/health/ready")
async def ready():
    return "Healthy"


@app.post("/tasks", status_code=202)
async def submit(asked: Asked, background: BackgroundTasks, response: Response, idempotency_key: Optional[str] = Header(None)):
    task = tasks.get(keys.get(idempotency_key)) if idempotency_key else None
    if task is None:
        id = uuid4().hex
        path = "/tasks/" + id
        task = tasks[id] = {
            "id": id, "type": asked.type, "queue": "default", "status": "queued", "version": 1, "priority": 0, "attempt": 0, "maxAttempts": 1, "lostRuns": 0,
            "progress": None, "createdAt": datetime.now(timezone.utc), "scheduledFor": None, "startedAt": None, "finishedAt": None, "expiresAt": None,
            "cancelRequested": False, "result": None, "error": None, "tags": {},
            "links": {"self": path, "events": path + "/events", "cancel": path + "/cancel", "retry": None},
        }
        if idempotency_key:
            keys[idempotency_key] = id
        background.add_task(echo, task, asked.payload.text)
    response.headers["Location"] = task["links"]["self"]
    response.headers["Retry-After"] = "1"
    response.headers["ETag"] = 'W/"1.0"'
    response.headers["Vary"] = "Prefer"
    return task


@app.get("/tasks/{id}")
async def read(id: str, response: Response, if_none_match: Optional[str] = Header(None)):
    if id not in tasks:
        raise HTTPException(404)
    task = tasks[id]
    headers = {"ETag": 'W/"3.0"' if task["status"] == "succeeded" else 'W/"1.0"', "Cache-Control": "private, no-cache", "Vary": "Accept, Prefer"}
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return task
